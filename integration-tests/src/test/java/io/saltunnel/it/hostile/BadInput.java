package io.saltunnel.it.hostile;

import io.saltunnel.it.reference.ReferenceFrames;
import io.saltunnel.it.reference.ReferenceFrames.ClientHi;
import io.saltunnel.it.reference.ReferencePeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.concurrent.locks.LockSupport;

/** All kinds of input from a peer without the key, or with only part of what it needs. */
enum BadInput {
    NOTHING,
    ONE_BYTE {
        @Override
        byte[] bytes(Attacker attacker) {
            return random(1);
        }
    },
    A_BYTE_LESS_THAN_A_FRAME {
        @Override
        byte[] bytes(Attacker attacker) {
            return random(511);
        }
    },
    A_FRAME {
        @Override
        byte[] bytes(Attacker attacker) {
            return random(512);
        }
    },
    A_BYTE_MORE_THAN_A_FRAME {
        @Override
        byte[] bytes(Attacker attacker) {
            return random(513);
        }
    },
    A_MEGABYTE {
        @Override
        byte[] bytes(Attacker attacker) {
            return random(1 << 20);
        }
    },
    NOISE_UNTIL_THE_END {
        @Override
        void speak(Socket socket, Attacker attacker) throws IOException {
            OutputStream out = socket.getOutputStream();
            byte[] noise = random(10_000);
            Thread writer = new Thread(() -> {
                try {
                    while (!socket.isClosed()) {
                        out.write(noise);
                        LockSupport.parkNanos(NOISE_PAUSE_NANOS);
                    }
                } catch (IOException e) {
                    // The reader has seen the end and closed the channel.
                }
            });
            writer.setDaemon(true);
            writer.start();
        }
    },
    THE_END_AT_ONCE {
        @Override
        void speak(Socket socket, Attacker attacker) throws IOException {
            socket.shutdownOutput();
        }
    },
    PART_OF_A_FRAME_AND_THE_END {
        @Override
        void speak(Socket socket, Attacker attacker) throws IOException {
            socket.getOutputStream().write(random(300));
            socket.shutdownOutput();
        }
    },
    ANOTHER_KEY {
        @Override
        byte[] bytes(Attacker attacker) {
            return ReferenceFrames.sealClientHi(random(32), random(24), hi(0));
        }
    },
    ANOTHER_VERSION {
        @Override
        byte[] bytes(Attacker attacker) {
            return attacker.changed(7);
        }
    },
    SOMETHING_WHERE_ZEROS_BELONG {
        @Override
        byte[] bytes(Attacker attacker) {
            return attacker.changed(471);
        }
    },
    A_STALE_HELLO {
        @Override
        byte[] bytes(Attacker attacker) {
            return ReferenceFrames.sealClientHi(attacker.key(), random(24), hi(-4000));
        }
    },
    A_HELLO_FROM_THE_FUTURE {
        @Override
        byte[] bytes(Attacker attacker) {
            return ReferenceFrames.sealClientHi(attacker.key(), random(24), hi(4000));
        }
    },
    A_WEAK_PUBLIC_KEY {
        @Override
        byte[] bytes(Attacker attacker) {
            ClientHi hi = hi(0);
            return ReferenceFrames.sealClientHi(
                    attacker.key(),
                    random(24),
                    new ClientHi(new byte[32], hi.timeSeconds(), hi.machineId(), hi.machineCounter()));
        }
    },
    A_REPLAY {
        @Override
        byte[] bytes(Attacker attacker) {
            return attacker.recorded();
        }
    },
    A_REPLAY_AND_THE_END {
        @Override
        void speak(Socket socket, Attacker attacker) throws IOException {
            socket.getOutputStream().write(attacker.recorded());
            socket.shutdownOutput();
        }
    },
    NOTHING_AFTER_SERVERHI(512) {
        @Override
        byte[] bytes(Attacker attacker) {
            return ReferenceFrames.sealClientHi(attacker.key(), random(24), hi(0));
        }
    },
    A_BAD_MESSAGE0(512) {
        @Override
        byte[] bytes(Attacker attacker) {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            frames.writeBytes(ReferenceFrames.sealClientHi(attacker.key(), random(24), hi(0)));
            frames.writeBytes(random(512));
            return frames.toByteArray();
        }
    },
    A_HELLO_2_OF_ANOTHER_NAME {
        @Override
        byte[] bytes(Attacker attacker) {
            return Hello2.by(attacker).named(random(32)).sealed();
        }
    },
    SOMETHING_WHERE_ZEROS_BELONG_IN_HELLO_2 {
        @Override
        byte[] bytes(Attacker attacker) {
            return Hello2.by(attacker).changed(471).sealed();
        }
    },
    A_STALE_HELLO_2 {
        @Override
        byte[] bytes(Attacker attacker) {
            return Hello2.by(attacker).at(-4000).sealed();
        }
    },
    A_HELLO_2_FROM_THE_FUTURE {
        @Override
        byte[] bytes(Attacker attacker) {
            return Hello2.by(attacker).at(4000).sealed();
        }
    },
    A_WEAK_PUBLIC_KEY_IN_HELLO_2 {
        @Override
        byte[] bytes(Attacker attacker) {
            return Hello2.by(attacker).withPublicKey(new byte[32]).sealed();
        }
    },
    A_REPLAY_OF_HELLO_2 {
        @Override
        byte[] bytes(Attacker attacker) {
            return attacker.recorded2();
        }
    },
    NOTHING_AFTER_SERVERHI_2(Hello2.ANSWER_BYTES) {
        @Override
        byte[] bytes(Attacker attacker) {
            return Hello2.by(attacker).sealed();
        }
    },
    PART_OF_MESSAGE0_OF_VERSION_2_AND_THE_END(Hello2.ANSWER_BYTES) {
        @Override
        void speak(Socket socket, Attacker attacker) throws IOException {
            socket.getOutputStream().write(Hello2.by(attacker).sealed());
            socket.getOutputStream().write(random(1535));
            socket.shutdownOutput();
        }
    },
    A_BAD_MESSAGE0_OF_VERSION_2(Hello2.ANSWER_BYTES) {
        @Override
        void speak(Socket socket, Attacker attacker) throws IOException {
            socket.getOutputStream().write(Hello2.by(attacker).sealed());
            socket.getOutputStream().write(random(1536));
        }
    };

    /** A megabyte per second is enough. */
    static final long NOISE_PAUSE_NANOS = 10_000_000;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final int answerBytes;

    BadInput() {
        this(0);
    }

    BadInput(int answerBytes) {
        this.answerBytes = answerBytes;
    }

    /** The number of bytes that a server answers before it falls silent. */
    int answerBytes() {
        return answerBytes;
    }

    byte[] bytes(Attacker attacker) {
        return new byte[0];
    }

    void speak(Socket socket, Attacker attacker) throws IOException {
        socket.getOutputStream().write(bytes(attacker));
    }

    /** An attacker that has observed a connection, or even has the key and violates the protocol. */
    record Attacker(byte[] key, byte[] recorded, byte[] recorded2) {

        /** An attacker who has the key, but has observed nothing. */
        Attacker(byte[] key) {
            this(key, new byte[0], new byte[0]);
        }

        /** Serves a client of version 1 and answers one of version 2, and keeps their hellos. */
        static Attacker withRecording(InetSocketAddress server, byte[] key) throws IOException {
            byte[] secret = random(32);
            byte[] nonce = random(24);
            ClientHi hi =
                    new ClientHi(ReferenceFrames.publicKey(secret), System.currentTimeMillis() / 1000, random(16), 1);
            ReferencePeer.connect(server, key, secret, hi, nonce).close();
            return new Attacker(key, ReferenceFrames.sealClientHi(key, nonce, hi), Hello2.admitted(server, key));
        }

        /** A correctly sealed hello with one wrong byte. */
        byte[] changed(int offset) {
            byte[] hello = ReferenceFrames.clientHiText(hi(0));
            hello[offset] ^= 1;
            return ReferenceFrames.sealHello(key, random(24), hello);
        }
    }

    private static ClientHi hi(long secondsOff) {
        return new ClientHi(random(32), System.currentTimeMillis() / 1000 + secondsOff, random(16), 1);
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
