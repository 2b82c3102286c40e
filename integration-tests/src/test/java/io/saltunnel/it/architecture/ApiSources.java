package io.saltunnel.it.architecture;

import static java.util.function.Predicate.not;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.ThrowsTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExportsTree;
import com.sun.source.util.DocTreePath;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The sources of modules as javac parses them: their API and its comments. */
final class ApiSources {
    private final JavacTask task;
    private final DocTrees trees;
    private final Set<String> exported;
    private final List<TypeElement> types = new ArrayList<>();
    private final Map<String, String> packageComments = new HashMap<>();

    private ApiSources(JavacTask task, Set<String> exported) throws IOException {
        this.task = task;
        this.trees = DocTrees.instance(task);
        this.exported = exported;
        Iterable<? extends CompilationUnitTree> units = task.parse();
        for (Element element : task.analyze()) {
            if (element instanceof TypeElement type
                    && type.getEnclosingElement().getKind() == ElementKind.PACKAGE) {
                types.add(type);
            }
        }
        for (CompilationUnitTree unit : units) {
            if (unit.getSourceFile().isNameCompatible("package-info", JavaFileObject.Kind.SOURCE)) {
                String comment = trees.getDocComment(trees.getPath(unit, Objects.requireNonNull(unit.getPackage())));
                packageComments.put(unit.getPackageName().toString(), Objects.requireNonNullElse(comment, ""));
            }
        }
    }

    /**
     * Reads the sources under {@code src/main/java} of some modules; their dependencies are on the class path of these
     * tests.
     */
    static ApiSources read(Path... folders) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        Set<String> exported = new HashSet<>();
        List<Path> sources = new ArrayList<>();
        for (Path folder : folders) {
            exported.addAll(exports(compiler, files.getJavaFileObjects(folder.resolve("module-info.java"))));
            try (Stream<Path> all = Files.walk(folder)) {
                all.filter(file -> file.toString().endsWith(".java"))
                        .filter(not(file -> file.endsWith("module-info.java")))
                        .forEach(sources::add);
            }
        }
        return of(files.getJavaFileObjectsFromPaths(sources), exported);
    }

    static ApiSources of(Iterable<? extends JavaFileObject> sources, Set<String> exported) throws IOException {
        DiagnosticCollector<JavaFileObject> messages = new DiagnosticCollector<>();
        List<String> options = List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
        JavacTask task =
                (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null, messages, options, null, sources);
        ApiSources api = new ApiSources(task, exported);
        List<? extends Diagnostic<?>> errors = messages.getDiagnostics().stream()
                .filter(message -> message.getKind() == Diagnostic.Kind.ERROR)
                .toList();
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException("not understood: " + errors);
        }
        return api;
    }

    private static Set<String> exports(JavaCompiler compiler, Iterable<? extends JavaFileObject> moduleInfo)
            throws IOException {
        JavacTask task = (JavacTask) compiler.getTask(null, null, null, null, null, moduleInfo);
        return Objects.requireNonNull(task.parse().iterator().next().getModule()).getDirectives().stream()
                .filter(ExportsTree.class::isInstance)
                .map(directive -> ((ExportsTree) directive).getPackageName().toString())
                .collect(Collectors.toSet());
    }

    JavacTask task() {
        return task;
    }

    DocTrees trees() {
        return trees;
    }

    /** The exported types, except nested ones. */
    List<TypeElement> types() {
        return types.stream().filter(this::isApi).toList();
    }

    private static Stream<TypeElement> withNested(TypeElement type) {
        return Stream.concat(
                Stream.of(type),
                ElementFilter.typesIn(type.getEnclosedElements()).stream().flatMap(ApiSources::withNested));
    }

    /**
     * The exported methods and constructors of all types, nested ones included, that have a comment. Doclint finds
     * those without.
     */
    List<ExecutableElement> methods() {
        return types.stream()
                .flatMap(ApiSources::withNested)
                .flatMap(type -> Stream.concat(
                        ElementFilter.constructorsIn(type.getEnclosedElements()).stream(),
                        ElementFilter.methodsIn(type.getEnclosedElements()).stream()))
                .filter(this::isApi)
                .filter(method -> trees.getTree(method) != null)
                .filter(method -> trees.getDocComment(trees.getPath(method)) != null)
                .toList();
    }

    /** Whether other modules can use it. */
    boolean isApi(Element element) {
        if (element.getKind() == ElementKind.PACKAGE) {
            return exported.contains(element.toString());
        }
        Set<Modifier> modifiers = element.getModifiers();
        return (modifiers.contains(Modifier.PUBLIC) || modifiers.contains(Modifier.PROTECTED))
                && isApi(element.getEnclosingElement());
    }

    /** Whether it is internal although its module has API. */
    boolean isHelper(Element element) {
        return !isApi(element)
                && exported.contains(task.getElements()
                        .getPackageOf(element)
                        .getQualifiedName()
                        .toString());
    }

    /** The text of a comment; empty if there is none. */
    String comment(Element element) {
        if (element.getKind() == ElementKind.PACKAGE) {
            return packageComments.getOrDefault(element.toString(), "");
        }
        return Objects.requireNonNullElse(trees.getDocComment(trees.getPath(element)), "");
    }

    /** The exceptions that a method's comment names. */
    List<TypeMirror> documentedExceptions(ExecutableElement method) {
        DocCommentTree comment = trees.getDocCommentTree(method);
        if (comment == null) {
            return List.of();
        }
        DocTreePath path = new DocTreePath(trees.getPath(method), comment);
        return comment.getBlockTags().stream()
                .filter(ThrowsTree.class::isInstance)
                .map(tag -> new DocTreePath(new DocTreePath(path, tag), ((ThrowsTree) tag).getExceptionName()))
                .map(name -> trees.getElement(name).asType())
                .toList();
    }
}
