import java.io.PrintWriter;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.attribute.ModuleResolutionAttribute;
import java.util.EnumSet;
import java.util.Set;
import jdk.tools.jlink.internal.Main;
import jdk.tools.jlink.internal.PluginRepository;
import jdk.tools.jlink.plugin.Plugin;
import jdk.tools.jlink.plugin.ResourcePool;
import jdk.tools.jlink.plugin.ResourcePoolBuilder;

/**
 * Runs jlink with one more plugin, which makes {@code jdk.incubator.vector} a module like any other: it takes away the
 * marks "incubating" and "only on demand" from its declaration.
 *
 * <p>With the first mark, Java prints a warning at each start, and an ahead-of-time cache can contain neither the
 * modules nor linked classes. Nothing else is changed in the runtime.
 *
 * <p>jlink finds no plugins outside the JDK, so they are registered through its internal classes, which the script
 * {@code link} opens. If a later JDK has no such classes, this doesn't compile. Then the distribution's build fails, and
 * a clone runs on the JDK itself.
 */
final class LinkRuntime implements Plugin {

    private static final String DECLARATION = "/jdk.incubator.vector/module-info.class";

    /** Takes the arguments of jlink. */
    public static void main(String[] arguments) {
        PluginRepository.registerPlugin(new LinkRuntime());
        System.exit(Main.run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
    }

    @Override
    public String getName() {
        return "settled-vectors";
    }

    /** Before the plugin that computes the modules at the start. */
    @Override
    public Category getType() {
        return Category.FILTER;
    }

    @Override
    public Set<State> getState() {
        return EnumSet.of(State.AUTO_ENABLED, State.FUNCTIONAL);
    }

    @Override
    public ResourcePool transform(ResourcePool in, ResourcePoolBuilder out) {
        ClassFile classFile = ClassFile.of();
        in.transformAndCopy(
                resource -> resource.path().equals(DECLARATION)
                        ? resource.copyWithContent(classFile.transformClass(
                                classFile.parse(resource.contentBytes()),
                                ClassTransform.dropping(element -> element instanceof ModuleResolutionAttribute)))
                        : resource,
                out);
        return out.build();
    }
}
