package io.saltunnel.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Handles signals. A shutdown hook can't: while hooks run, the virtual machine ignores further signals.
 *
 * <p>Java's only access to signals is {@code sun.misc.Signal}, in the module {@code jdk.unsupported}. It is used by
 * reflection, because the compiler warns of any mention of it, and this warning can't be suppressed.
 *
 * <p>For its flight recorder, HotSpot suspends its threads by SIGUSR2, unless the environment names another signal, as
 * the launcher does. A SIGUSR2 from another process would crash HotSpot. So if no other signal is named, SIGUSR2 is
 * handled and ignored.
 */
final class Signals {

    private static final String SIGNAL_OF_HOTSPOT = "_JAVA_SR_SIGNUM";
    private static final String TAKEN_UNLESS_NAMED = "USR2";

    /** What to do at a signal. */
    @FunctionalInterface
    interface IntAction {

        /** Runs on its own thread, and may block. */
        void run(int number);
    }

    private Signals() {}

    /** Calls an action at each signal of a name from now on; does nothing if the system or Java doesn't allow that. */
    static void handle(String name, IntAction action) {
        IntAction done =
                name.equals(TAKEN_UNLESS_NAMED) && System.getenv(SIGNAL_OF_HOTSPOT) == null ? number -> {} : action;
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Method number = signalType.getMethod("getNumber");
            Object handler = Proxy.newProxyInstance(
                    handlerType.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        done.run((int) number.invoke(arguments[0]));
                        return null;
                    });
            signalType
                    .getMethod("handle", signalType, handlerType)
                    .invoke(null, signalType.getConstructor(String.class).newInstance(name), handler);
        } catch (InvocationTargetException e) {
            // No such signal on this system, or the virtual machine uses it itself (-Xrs).
        } catch (ReflectiveOperationException e) {
            // No such module.
        }
    }
}
