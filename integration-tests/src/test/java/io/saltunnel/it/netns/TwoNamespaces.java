package io.saltunnel.it.netns;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Two namespaces that a {@link PacketPipe} joins, for a static field: the tests of a class share them, and each begins
 * with a cable that delays and loses nothing.
 *
 * <pre>
 *   near ── 10.214.0.1 ══ cable ══ 10.214.0.2 ── far
 * </pre>
 */
public final class TwoNamespaces
        implements ExecutionCondition, BeforeAllCallback, BeforeEachCallback, AfterAllCallback {

    private static final Path TUN = Path.of("/dev/net/tun");

    /** Several classes may have theirs at the same time. */
    private static final AtomicInteger MADE = new AtomicInteger();

    private NetworkNamespace near;
    private NetworkNamespace far;
    private PacketPipe cable;

    public NetworkNamespace near() {
        return near;
    }

    public NetworkNamespace far() {
        return far;
    }

    /** The cable between near, its first end, and far. */
    public PacketPipe cable() {
        return cable;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return "root".equals(System.getProperty("user.name")) && Files.isWritable(TUN)
                ? ConditionEvaluationResult.enabled("namespaces and TUN interfaces can be made")
                : ConditionEvaluationResult.disabled("network namespaces need root and " + TUN);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        String suffix = "-" + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet();
        near = NetworkNamespace.make("saltunnel-near" + suffix, "10.214.0.1");
        far = NetworkNamespace.make("saltunnel-far" + suffix, "10.214.0.2");
        cable = new PacketPipe(near.tun("cable", far), far.tun("cable", near));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        cable.set(PacketPipe.Faults.NONE);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (near != null) {
            near.delete();
        }
        if (far != null) {
            far.delete();
        }
    }
}
