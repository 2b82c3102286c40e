package io.saltunnel.core.secret;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Binds native methods to the C library, through JNA, on 64-bit Linux and macOS.
 *
 * <p>JNA unpacks its native library into a directory for temporary files before it loads it. Under a loose umask, other
 * users could write to that file; from a file system that is mounted {@code noexec}, it can't be loaded. So this class
 * makes JNA unpack it into a fresh directory that only this user may enter, and removes the directory at once. The
 * directory is in the first of these places that allows execution: {@code java.io.tmpdir}, {@code $TMPDIR},
 * {@code $XDG_RUNTIME_DIR}, {@code ~/.cache}. None of this happens if the Java options say where JNA finds its library
 * ({@code jna.tmpdir}, {@code jna.boot.library.path}), or if the surrounding program has loaded JNA already. Any
 * thread.
 */
public final class CLibrary {

    private static final String DIRECTORY_OPTION = "jna.tmpdir";
    private static final String LIBRARY_OPTION = "jna.boot.library.path";

    /** Why JNA can't be used; empty once it is loaded. */
    private static final String FAILURE = loadJna();

    private CLibrary() {}

    /**
     * Binds all native methods of a class.
     *
     * @param calls a class whose native methods are named as in C, with arguments of the C types' exact widths
     * @return the empty string if they can be called now; otherwise the reason, in a few words
     */
    public static String bind(Class<?> calls) {
        if (!FAILURE.isEmpty()) {
            return FAILURE;
        }
        try {
            Native.register(calls, Platform.C_LIBRARY_NAME);
            return "";
        } catch (LinkageError e) {
            return failure(e);
        }
    }

    /**
     * The error of this thread's last call of a bound method that failed.
     *
     * @return the C library's {@code errno}
     */
    public static int lastError() {
        return Native.getLastError();
    }

    private static String failure(LinkageError e) {
        String words = e.getMessage();
        return e instanceof UnsatisfiedLinkError && words != null
                ? "JNA does not load: " + words.lines().findFirst().orElse("")
                : "JNA does not load";
    }

    private static String loadJna() {
        if (!(Platform.isLinux() || Platform.isMac()) || !Platform.is64Bit()) {
            return "neither 64-bit Linux nor macOS";
        }
        if (System.getProperty(DIRECTORY_OPTION) != null || System.getProperty(LIBRARY_OPTION) != null) {
            return initializeJna();
        }
        Path directory = candidates()
                .flatMap(parent -> privateDirectory(parent).stream())
                .findFirst()
                .orElse(null);
        if (directory == null) {
            return "JNA's library can't be unpacked: " + System.getProperty("java.io.tmpdir")
                    + " can't be written to, or is mounted noexec; the Java option -Djna.tmpdir=DIRECTORY names another";
        }
        System.setProperty(DIRECTORY_OPTION, directory.toString());
        try {
            return initializeJna();
        } finally {
            System.clearProperty(DIRECTORY_OPTION);
            delete(directory);
        }
    }

    private static String initializeJna() {
        try {
            return Native.POINTER_SIZE == Long.BYTES ? "" : "not 64-bit";
        } catch (LinkageError e) {
            return failure(e);
        }
    }

    private static Stream<String> candidates() {
        return Stream.of(
                        System.getProperty("java.io.tmpdir"),
                        System.getenv("TMPDIR"),
                        System.getenv("XDG_RUNTIME_DIR"),
                        System.getProperty("user.home") + "/.cache")
                .filter(name -> name != null && !name.isEmpty());
    }

    /**
     * Makes a directory for this user alone, regardless of the umask, and checks whether files in it may be executed.
     */
    static Optional<Path> privateDirectory(@Nullable String parent) {
        Path directory;
        try {
            directory = Files.createTempDirectory(
                    Path.of(String.valueOf(parent)),
                    "saltunnel-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
            return Optional.empty();
        }
        try {
            Path probe = Files.createFile(
                    directory.resolve("probe"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            // The system denies execution of every file on a file system that is mounted noexec.
            boolean executable = Files.isExecutable(probe);
            Files.delete(probe);
            if (executable) {
                return Optional.of(directory);
            }
        } catch (IOException e) {
            // Not executable, as far as this program can tell.
        }
        delete(directory);
        return Optional.empty();
    }

    /** Deletes the directory. The library stays mapped; JNA has usually deleted its file already. */
    private static void delete(Path directory) {
        try {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        } catch (IOException e) {
            // What is left is visible to this user only.
        }
    }
}
