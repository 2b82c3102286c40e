package io.saltunnel.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The signals that ask a program to end: the first begins an orderly stop, the second ends the process at once. A
 * shutdown hook couldn't do this: while hooks run, the virtual machine pays no attention to further signals.
 *
 * <p>Java's only access to signals is {@code sun.misc.Signal}, in the module {@code jdk.unsupported}. The compiler
 * warns of any mention of it and can't be told not to; hence by reflection.
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
     * Takes the signals over, for as long as the process lives. Where that isn't possible they end the process at once,
     * as ever.
     *
     * @param stop begins the stop, and returns soon; runs on a thread of its own
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
            // The virtual machine keeps this signal to itself (-Xrs).
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
