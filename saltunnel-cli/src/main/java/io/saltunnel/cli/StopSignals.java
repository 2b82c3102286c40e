package io.saltunnel.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The signals that tell the program to end. The first one begins an orderly stop, the second ends the process at once. A
 * shutdown hook can't do this: while hooks run, the virtual machine ignores further signals.
 *
 * <p>Java's only access to signals is {@code sun.misc.Signal}, in the module {@code jdk.unsupported}. It is used by
 * reflection, because the compiler warns of any mention of it, and this warning can't be suppressed.
 */
final class StopSignals {

    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");
    private static final int EXIT_CODE_BASE = 128;

    private final Runnable stop;
    private final AtomicBoolean stopping = new AtomicBoolean();

    private StopSignals(Runnable stop) {
        this.stop = stop;
    }

    /**
     * Handles the signals until the process ends. If that isn't possible, they end the process at once, as by default.
     *
     * @param stop begins the stop, and returns soon; runs on its own thread
     */
    static void install(Runnable stop) {
        StopSignals signals = new StopSignals(stop);
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Method number = signalType.getMethod("getNumber");
            Object handler = Proxy.newProxyInstance(
                    handlerType.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        signals.received((int) number.invoke(arguments[0]));
                        return null;
                    });
            Method handle = signalType.getMethod("handle", signalType, handlerType);
            for (String name : NAMES) {
                install(handle, signalType.getConstructor(String.class).newInstance(name), handler);
            }
        } catch (ReflectiveOperationException e) {
            // No such module, or a system without one of the signals.
        }
    }

    private static void install(Method handle, Object signal, Object handler) throws IllegalAccessException {
        try {
            handle.invoke(null, signal, handler);
        } catch (InvocationTargetException e) {
            // The virtual machine uses this signal itself (-Xrs).
        }
    }

    private void received(int number) {
        if (stopping.compareAndSet(false, true)) {
            stop.run();
        } else {
            Runtime.getRuntime().halt(EXIT_CODE_BASE + number);
        }
    }
}
