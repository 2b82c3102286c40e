package io.saltunnel.core.key;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import io.saltunnel.core.secret.CLibrary;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A file open for reading that can report its own owner and permissions. Java's channels hide their descriptors, so on
 * Linux and macOS the C library opens the file. Elsewhere the permissions are those of the file's name.
 */
interface OpenFile extends Closeable {

    /**
     * Opens a file, following symbolic links.
     *
     * @throws KeyFileException with a separate message if the file is missing, may not be read, or is a directory
     */
    static OpenFile open(Path file) throws IOException {
        return Posix.AVAILABLE ? Posix.openPosix(file) : Portable.openPortable(file);
    }

    /** This program's effective user, if the C library can be asked. */
    static Optional<Integer> user() {
        return Posix.AVAILABLE ? Optional.of(Posix.geteuid()) : Optional.empty();
    }

    /** Reads into a direct buffer, which it advances; returns -1 at the file's end. */
    int read(ByteBuffer direct) throws IOException;

    /**
     * Finds out which other users may read, change or replace the file, if it is a regular file and the system can
     * tell.
     *
     * @return a warning for the user
     * @throws KeyFileException if others may change or replace the file
     */
    Optional<String> checkAccess() throws KeyFileException;

    private static KeyFileException missing(Path file) {
        return new KeyFileException("key file " + file + " does not exist");
    }

    private static KeyFileException denied(Path file) {
        return new KeyFileException("cannot read key file " + file + ": permission denied");
    }

    private static KeyFileException directory(Path file) {
        return new KeyFileException("key file " + file + " is a directory");
    }

    /** Uses the C library. */
    final class Posix implements OpenFile {

        static final boolean AVAILABLE = CLibrary.bind(Posix.class).isEmpty();

        private static final int ENOENT = 2;
        private static final int EINTR = 4;
        private static final int EACCES = 13;
        private static final int EISDIR = 21;

        /** O_RDONLY | O_NOCTTY | O_CLOEXEC. */
        private static final int FLAGS = Platform.isLinux() ? 0x100 | 0x80000 : 0x20000 | 0x1000000;

        private final Path file;
        private final int descriptor;

        private Posix(Path file, int descriptor) {
            this.file = file;
            this.descriptor = descriptor;
        }

        static OpenFile openPosix(Path file) throws IOException {
            int descriptor = open(file.toString(), FLAGS);
            if (descriptor < 0) {
                throw failure(file, Native.getLastError());
            }
            return new Posix(file, descriptor);
        }

        @Override
        public int read(ByteBuffer direct) throws IOException {
            long address = Pointer.nativeValue(Native.getDirectBufferPointer(direct)) + direct.position();
            while (true) {
                long count = read(descriptor, address, direct.remaining());
                if (count > 0) {
                    direct.position(direct.position() + (int) count);
                    return (int) count;
                }
                if (count == 0) {
                    return -1;
                }
                if (Native.getLastError() != EINTR) {
                    throw failure(file, Native.getLastError());
                }
            }
        }

        @Override
        public Optional<String> checkAccess() throws KeyFileException {
            Path opened = Path.of(Platform.isLinux() ? "/proc/self/fd" : "/dev/fd", Integer.toString(descriptor));
            KeyFileAccess.Attributes attributes =
                    KeyFileAccess.Attributes.of(opened).orElse(null);
            return attributes == null || !Files.isRegularFile(opened)
                    ? Optional.empty()
                    : KeyFileAccess.of(geteuid()).check(file, attributes);
        }

        @Override
        public void close() {
            int unused = close(descriptor);
        }

        static KeyFileException failure(Path file, int error) {
            return switch (error) {
                case ENOENT -> missing(file);
                case EACCES -> denied(file);
                case EISDIR -> directory(file);
                default -> new KeyFileException("cannot read key file " + file + ": " + strerror(error));
            };
        }

        private static native int open(String path, int flags);

        private static native long read(int descriptor, long address, long length);

        private static native int close(int descriptor);

        private static native int geteuid();

        private static native String strerror(int error);
    }

    /** Uses Java's file channels. */
    final class Portable implements OpenFile {

        private final Path file;
        private final FileChannel channel;

        private Portable(Path file, FileChannel channel) {
            this.file = file;
            this.channel = channel;
        }

        static OpenFile openPortable(Path file) throws IOException {
            try {
                if (Files.isDirectory(file)) {
                    throw directory(file);
                }
                return new Portable(file, FileChannel.open(file, StandardOpenOption.READ));
            } catch (NoSuchFileException e) {
                throw missing(file);
            } catch (AccessDeniedException e) {
                throw denied(file);
            }
        }

        @Override
        public int read(ByteBuffer direct) throws IOException {
            return channel.read(direct);
        }

        /** Java can't tell which user runs this program, so this assumes that it is the file's owner. */
        @Override
        public Optional<String> checkAccess() throws KeyFileException {
            KeyFileAccess.Attributes attributes =
                    KeyFileAccess.Attributes.of(file).orElse(null);
            return attributes == null || !Files.isRegularFile(file)
                    ? Optional.empty()
                    : KeyFileAccess.of(attributes.owner()).check(file, attributes);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
