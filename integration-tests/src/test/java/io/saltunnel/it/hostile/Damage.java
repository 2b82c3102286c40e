package io.saltunnel.it.hostile;

import io.saltunnel.core.wire.Frame;
import io.saltunnel.it.hostile.FaultProxy.Fault;
import java.io.IOException;
import java.net.Socket;

/** Damage to one frame that ends the connection. */
enum Damage {
    FLIPPED {
        @Override
        Fault fault() {
            return at((frame, out) -> {
                frame[100] ^= 1;
                send(out, frame);
            });
        }
    },
    LEFT_OUT {
        @Override
        Fault fault() {
            return at((frame, out) -> {});
        }
    },
    DUPLICATED {
        @Override
        Fault fault() {
            return at((frame, out) -> {
                send(out, frame);
                send(out, frame);
            });
        }
    },
    SWAPPED {
        @Override
        Fault fault() {
            byte[][] kept = new byte[1][];
            return (number, frame, out) -> {
                if (number == STRUCK) {
                    kept[0] = frame;
                } else {
                    send(out, frame);
                    if (number == STRUCK + 1) {
                        send(out, kept[0]);
                    }
                }
            };
        }
    },
    CUT_INSIDE {
        @Override
        Fault fault() {
            return at((frame, out) -> {
                out.getOutputStream().write(frame, 0, Frame.SIZE - 1);
                out.shutdownOutput();
            });
        }
    },
    RESET {
        @Override
        Fault fault() {
            return at((frame, out) -> {
                throw new IOException("reset on purpose");
            });
        }
    };

    /** The damaged frame: well after the handshake, well before the end. */
    static final int STRUCK = 10;

    /** Damages one frame, and passes the others on while they can still be sent. */
    abstract Fault fault();

    private interface Strike {
        void on(byte[] frame, Socket out) throws IOException;
    }

    private static Fault at(Strike strike) {
        return (number, frame, out) -> {
            if (number == STRUCK) {
                strike.on(frame, out);
            } else if (!out.isOutputShutdown()) {
                send(out, frame);
            }
        };
    }

    private static void send(Socket out, byte[] frame) throws IOException {
        out.getOutputStream().write(frame);
    }
}
