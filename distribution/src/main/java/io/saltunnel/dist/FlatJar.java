package io.saltunnel.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the program's jar fit for an ahead-of-time cache on one platform.
 *
 * <ul>
 *   <li>The classes for this version of Java take the place of the general ones. The cache leaves out classes below
 *       {@code META-INF/versions}.
 *   <li>Classes of a format older than Java 6, that is, picocli's, get stack maps and a newer format. The cache leaves
 *       out older ones.
 *   <li>The native libraries of the platform become files, so that nothing is unpacked when the program runs. Those of
 *       other platforms are left out.
 * </ul>
 */
final class FlatJar {

    private static final Pattern LEFT_OUT = Pattern.compile("META-INF/(versions|native|native-image)/.*"
            + "|com/sun/jna/(aix|darwin|dragonflybsd|freebsd|linux|openbsd|sunos|win32)-.*"
            + "|META-INF/MANIFEST.MF");

    /** The oldest format that the cache takes is {@link ClassFile#JAVA_6_VERSION}; from 7 on, stack maps are a must. */
    private static final int FORMAT_WITH_STACK_MAPS = ClassFile.JAVA_8_VERSION;

    private final JarFile jar;
    private final ClassFile classFile;

    private FlatJar(JarFile jar) {
        this.jar = jar;
        this.classFile = ClassFile.of(
                StackMapsOption.GENERATE_STACK_MAPS,
                ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(this::classInJar)
                        .orElse(ClassHierarchyResolver.defaultResolver())));
    }

    /**
     * Makes the jar and the native libraries.
     *
     * @param arguments the program's jar; a directory of further classes; the time of all entries, in ISO 8601; Netty's
     *     and JNA's names of the platform, as in {@code x86_64} and {@code x86-64}; the new jar; the directory for the
     *     native libraries
     */
    public static void main(String[] arguments) throws IOException {
        LocalDateTime time = OffsetDateTime.parse(arguments[2])
                .withOffsetSameInstant(ZoneOffset.UTC)
                .toLocalDateTime();
        Pattern libraries = Pattern.compile("META-INF/native/(lib[^/]*_" + arguments[3] + "\\.so)"
                + "|com/sun/jna/linux-" + arguments[4] + "/(libjnidispatch\\.so)");
        try (JarFile jar = new JarFile(Path.of(arguments[0]).toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
            FlatJar flat = new FlatJar(jar);
            Map<String, byte[]> entries = flat.entries();
            addFiles(Path.of(arguments[1]), entries);
            write(flat.manifest(), entries, time, Path.of(arguments[5]));
            flat.unpack(libraries, Path.of(arguments[6]));
        }
    }

    private Map<String, byte[]> entries() throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        for (JarEntry entry : jar.versionedStream().toList()) {
            String name = entry.getName();
            if (!entry.isDirectory() && !LEFT_OUT.matcher(name).matches()) {
                entries.put(name, name.endsWith(".class") ? upToDate(name, read(entry)) : read(entry));
            }
        }
        return entries;
    }

    private static void addFiles(Path directory, Map<String, byte[]> entries) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.put(directory.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
    }

    private byte[] upToDate(String name, byte[] bytes) {
        var model = classFile.parse(bytes);
        if (model.majorVersion() >= ClassFile.JAVA_6_VERSION) {
            return bytes;
        }
        byte[] changed = classFile.transformClass(
                model,
                ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                        .andThen(ClassTransform.dropping(element -> element instanceof ClassFileVersion))
                        .andThen(ClassTransform.endHandler(builder -> builder.withVersion(FORMAT_WITH_STACK_MAPS, 0))));
        var faults = classFile.verify(changed);
        if (!faults.isEmpty()) {
            throw new IllegalStateException(name + ": " + faults.getFirst().getMessage());
        }
        return changed;
    }

    /** Returns the class, for its place in the hierarchy, or null if it is not in the jar. */
    private @Nullable InputStream classInJar(ClassDesc type) {
        String descriptor = type.descriptorString();
        JarEntry entry = jar.getJarEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
        try {
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Manifest manifest() throws IOException {
        Manifest manifest = jar.getManifest();
        manifest.getMainAttributes().remove(Attributes.Name.MULTI_RELEASE);
        return manifest;
    }

    private static void write(Manifest manifest, Map<String, byte[]> entries, LocalDateTime time, Path file)
            throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.putNextEntry(entry(JarFile.MANIFEST_NAME, time));
            manifest.write(out);
            for (var entry : entries.entrySet()) {
                out.putNextEntry(entry(entry.getKey(), time));
                out.write(entry.getValue());
            }
        }
    }

    private static JarEntry entry(String name, LocalDateTime time) {
        JarEntry entry = new JarEntry(name);
        entry.setTimeLocal(time);
        return entry;
    }

    private void unpack(Pattern libraries, Path directory) throws IOException {
        Files.createDirectories(directory);
        for (JarEntry entry : jar.stream().toList()) {
            var matcher = libraries.matcher(entry.getName());
            if (matcher.matches()) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                Files.write(directory.resolve(name), read(entry));
            }
        }
    }

    private byte[] read(JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }
}
