package io.saltunnel.it.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.netty.Tunnel;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Checks the arrows between the packages, and which libraries each package may use. */
class ArchitectureTest {
    private static final String ROOT = "io.saltunnel.";

    /** Every package, and this project's other packages that it may use. Only arrows listed here are allowed. */
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("core.secret", Set.of()),
            Map.entry("core.random", Set.of("core.secret")),
            Map.entry("core.wire", Set.of("core.secret")),
            Map.entry("core.crypto", Set.of("core.secret", "core.wire")),
            Map.entry("core.key", Set.of("core.random", "core.secret")),
            Map.entry("core.session", Set.of("core.crypto", "core.random", "core.secret", "core.wire")),
            Map.entry(
                    "core.handshake",
                    Set.of("core.crypto", "core.key", "core.random", "core.secret", "core.session", "core.wire")),
            Map.entry("netty.memory", Set.of("core.secret")),
            Map.entry("netty.address", Set.of()),
            Map.entry("netty.replay", Set.of()),
            Map.entry("netty.metrics", Set.of("core.key", "netty.handshake", "netty.replay", "netty.stage")),
            Map.entry("netty.handshake", Set.of("core.handshake", "core.key", "core.wire")),
            Map.entry("netty.stage", Set.of("core.key", "netty.address")),
            Map.entry("netty.internal.abort", Set.of("netty.stage")),
            Map.entry("netty.internal.deadline", Set.of("netty.internal.log")),
            Map.entry("netty.internal.log", Set.of()),
            Map.entry("netty.internal.order", Set.of("netty.internal.transport")),
            Map.entry(
                    "netty.internal.transport",
                    Set.of(
                            "core.crypto",
                            "core.secret",
                            "core.session",
                            "core.wire",
                            "netty.address",
                            "netty.internal.log",
                            "netty.memory")),
            Map.entry(
                    "netty.internal.stage",
                    Set.of(
                            "core.key",
                            "netty.address",
                            "netty.internal.deadline",
                            "netty.internal.log",
                            "netty.internal.transport",
                            "netty.stage")),
            Map.entry("netty.internal.accept", Set.of("netty.internal.log", "netty.internal.order", "netty.metrics")),
            Map.entry("netty.internal.admission", Set.of("core.handshake")),
            Map.entry(
                    "netty.internal.connect",
                    Set.of("netty.address", "netty.internal.abort", "netty.internal.deadline", "netty.internal.log")),
            Map.entry("netty.internal.codec", Set.of("core.wire", "netty.internal.abort", "netty.stage")),
            Map.entry("netty.internal.relay", Set.of("netty.internal.abort", "netty.internal.deadline", "netty.stage")),
            Map.entry(
                    "netty.internal.cipher",
                    Set.of(
                            "core.crypto",
                            "core.session",
                            "core.wire",
                            "netty.internal.abort",
                            "netty.internal.codec",
                            "netty.internal.deadline",
                            "netty.memory",
                            "netty.stage")),
            Map.entry(
                    "netty.internal.handshake",
                    Set.of(
                            "core.crypto",
                            "core.handshake",
                            "core.key",
                            "core.random",
                            "core.secret",
                            "core.session",
                            "core.wire",
                            "netty.handshake",
                            "netty.internal.abort",
                            "netty.internal.cipher",
                            "netty.internal.codec",
                            "netty.internal.deadline",
                            "netty.internal.log",
                            "netty.internal.transport",
                            "netty.replay",
                            "netty.stage")),
            Map.entry(
                    "netty.internal.link",
                    Set.of(
                            "core.handshake",
                            "core.key",
                            "core.random",
                            "core.wire",
                            "netty.address",
                            "netty.handshake",
                            "netty.internal.abort",
                            "netty.internal.accept",
                            "netty.internal.admission",
                            "netty.internal.cipher",
                            "netty.internal.codec",
                            "netty.internal.connect",
                            "netty.internal.deadline",
                            "netty.internal.handshake",
                            "netty.internal.log",
                            "netty.internal.order",
                            "netty.internal.relay",
                            "netty.internal.stage",
                            "netty.internal.transport",
                            "netty.memory",
                            "netty.metrics",
                            "netty.replay",
                            "netty.stage")),
            Map.entry(
                    "netty",
                    Set.of(
                            "core.handshake",
                            "core.key",
                            "core.random",
                            "core.wire",
                            "netty.address",
                            "netty.handshake",
                            "netty.internal.abort",
                            "netty.internal.admission",
                            "netty.internal.codec",
                            "netty.internal.deadline",
                            "netty.internal.handshake",
                            "netty.internal.link",
                            "netty.internal.stage",
                            "netty.internal.transport",
                            "netty.metrics",
                            "netty.replay",
                            "netty.stage")),
            Map.entry("redis", Set.of("netty.replay")),
            Map.entry("cli.config", Set.of()),
            Map.entry("cli.top", Set.of("netty.address")),
            Map.entry("cli.probe", Set.of("netty.address")),
            Map.entry("cli.service", Set.of("core.secret")),
            Map.entry(
                    "cli.status",
                    Set.of(
                            "cli.probe",
                            "core.handshake",
                            "core.key",
                            "core.secret",
                            "netty",
                            "netty.address",
                            "netty.handshake",
                            "netty.metrics",
                            "netty.replay",
                            "netty.stage")),
            Map.entry("cli.doctor", Set.of("core.crypto", "core.random", "core.wire")),
            Map.entry("cli.demo", Set.of("core.key", "core.random", "netty", "netty.address")),
            Map.entry(
                    "cli",
                    Set.of(
                            "cli.config",
                            "cli.demo",
                            "cli.doctor",
                            "cli.probe",
                            "cli.service",
                            "cli.status",
                            "cli.top",
                            "core.handshake",
                            "core.key",
                            "core.random",
                            "core.secret",
                            "core.wire",
                            "netty",
                            "netty.address",
                            "netty.handshake",
                            "netty.metrics",
                            "netty.replay",
                            "netty.stage")));

    private static JavaClasses all;

    @BeforeAll
    static void readClasses() {
        all = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.saltunnel.core", "io.saltunnel.netty", "io.saltunnel.redis", "io.saltunnel.cli");
    }

    @Test
    void everyPackageHasItsArrows() {
        Set<String> packages = all.stream()
                .map(type -> type.getPackageName().substring(ROOT.length()))
                .collect(Collectors.toSet());
        assertThat(ARROWS.keySet()).containsAll(packages);
    }

    @Test
    void theCoreExportsEachOfItsPackages() throws Exception {
        Path core = Path.of(
                Wiping.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        ModuleDescriptor module =
                ModuleFinder.of(core).find("io.saltunnel.core").orElseThrow().descriptor();
        assertThat(module.exports().stream().map(ModuleDescriptor.Exports::source))
                .containsAll(module.packages());
    }

    @Test
    void nettyExportsEachOfItsPackagesButTheInternal() throws Exception {
        Path netty = Path.of(
                Tunnel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        ModuleDescriptor module =
                ModuleFinder.of(netty).find("io.saltunnel.netty").orElseThrow().descriptor();
        assertThat(module.exports().stream().map(ModuleDescriptor.Exports::source))
                .containsExactlyInAnyOrderElementsOf(module.packages().stream()
                        .filter(name -> !name.contains(".internal"))
                        .toList());
    }

    @TestFactory
    Stream<DynamicTest> packagesUseOnlyWhatTheirArrowsPointTo() {
        return ARROWS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(arrow -> DynamicTest.dynamicTest(arrow.getKey() + " → " + arrow.getValue(), () -> {
                    String from = ROOT + arrow.getKey();
                    String[] allowed = Stream.concat(
                                    Stream.of(from), arrow.getValue().stream().map(to -> ROOT + to))
                            .toArray(String[]::new);
                    noClasses()
                            .that()
                            .resideInAPackage(from)
                            .should()
                            .dependOnClassesThat(
                                    resideInAnyPackage("io.saltunnel..").and(resideOutsideOfPackages(allowed)))
                            .allowEmptyShould(true)
                            .check(all);
                }));
    }

    @Test
    void theArrowsRunInNoCircle() {
        Set<String> left = new HashSet<>(ARROWS.keySet());
        while (left.removeIf(from -> ARROWS.get(from).stream().noneMatch(left::contains))) {
            // Each round removes the packages whose arrows all point to packages removed before.
        }
        assertThat(left).isEmpty();
    }

    /**
     * A slice is a top-level class with all that is nested in it. Two kinds of classes are one slice because each must
     * name the other: a sealed type and the classes that it permits, and a class and its builder.
     */
    @TestFactory
    Stream<DynamicTest> classesOfAPackageFormNoCircle() {
        return ARROWS.keySet().stream()
                .sorted()
                .map(name -> DynamicTest.dynamicTest(
                        name,
                        () -> SlicesRuleDefinition.slices()
                                .assignedFrom(topLevelClassesOf(ROOT + name))
                                .should()
                                .beFreeOfCycles()
                                .allowEmptyShould(true)
                                .check(all)));
    }

    private static SliceAssignment topLevelClassesOf(String packageName) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return type.getPackageName().equals(packageName)
                        ? SliceIdentifier.of(sliceOf(topLevel(type.reflect())))
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "top-level classes of " + packageName;
            }
        };
    }

    private static Class<?> topLevel(Class<?> type) {
        Class<?> enclosing = type.getEnclosingClass();
        return enclosing == null ? type : topLevel(enclosing);
    }

    private static String sliceOf(Class<?> topLevel) {
        return familyOf(topLevel).getSimpleName().replaceFirst("Builder$", "");
    }

    /** The top-level class with the sealed type that permits this one, if there is one in this package. */
    private static Class<?> familyOf(Class<?> topLevel) {
        return Stream.concat(Stream.of(topLevel), Stream.of(topLevel.getDeclaredClasses()))
                .flatMap(
                        type -> Stream.concat(Stream.ofNullable(type.getSuperclass()), Stream.of(type.getInterfaces())))
                .filter(parent -> parent.isSealed() && parent.getPackage() == topLevel.getPackage())
                .map(ArchitectureTest::topLevel)
                .filter(parent -> parent != topLevel)
                .findFirst()
                .map(ArchitectureTest::familyOf)
                .orElse(topLevel);
    }

    @Test
    void theCoreKnowsNoNetworkNoThreadAndNoLog() {
        noClasses()
                .that()
                .resideInAPackage("io.saltunnel.core..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.netty..", "java.net..", "org.slf4j..", "java.util.logging..")
                                .or(assignableTo(Thread.class))
                                .or(assignableTo(Executor.class)))
                .check(all);
    }

    @Test
    void theCoreIsHandedItsClock() {
        for (Map.Entry<Class<?>, String> clock : List.<Map.Entry<Class<?>, String>>of(
                Map.entry(System.class, "currentTimeMillis"),
                Map.entry(System.class, "nanoTime"),
                Map.entry(Instant.class, "now"))) {
            noClasses()
                    .that()
                    .resideInAPackage("io.saltunnel.core..")
                    .should()
                    .callMethod(clock.getKey(), clock.getValue())
                    .check(all);
        }
    }

    @Test
    void librariesAreUsedWhereTheyBelong() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.saltunnel.cli.doctor") // none of our libraries depends on Tink
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.crypto.tink..")
                .check(all);
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.saltunnel.core.secret",
                        "io.saltunnel.core.random",
                        "io.saltunnel.core.key",
                        "io.saltunnel.cli")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.sun.jna..")
                .check(all);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.saltunnel.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "ch.qos.logback..", "org.tomlj..")
                .check(all);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.saltunnel.redis")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.lettuce..")
                .check(all);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.saltunnel.cli.status")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.prometheus..", "io.netty.handler.codec.http..")
                .check(all);
    }

    @Test
    void onlyTheProgramWritesToTheTerminal() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(
                all.that(resideOutsideOfPackages("io.saltunnel.cli..")));
    }

    @Test
    void namesSayWhatThingsAre() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .check(all);
    }
}
