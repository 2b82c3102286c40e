package io.saltunnel.it.architecture;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;

/**
 * Checks what a program can check of the API's documentation: whether threads, exceptions, owners and indices are
 * mentioned at all. Readers and the other tests check that the statements are true. Each rule names the elements that
 * break it.
 */
final class DocumentationRules {
    private static final Pattern THREADS = Pattern.compile("(?i)thread|event loop");
    private static final Pattern OWNER = Pattern.compile("\\b(own|borrow|belong|clos|stays|remains|outlive)");
    private static final Pattern INDICES = Pattern.compile("position|absolute");

    private final ApiSources api;

    DocumentationRules(ApiSources api) {
        this.api = api;
    }

    /**
     * A type says which threads may use it. Enums are exempt, because their constants don't change, and so are nested
     * types, which are described with their outer type.
     */
    List<String> typesSilentOfThreads() {
        return api.types().stream()
                .filter(type -> type.getKind() != ElementKind.ENUM)
                .filter(type -> !says(THREADS, type))
                .map(TypeElement::toString)
                .toList();
    }

    /** A method says what it throws, declared or not. */
    List<String> methodsSilentOfExceptions() {
        EscapingExceptions escaping = new EscapingExceptions(api);
        return api.methods().stream()
                .flatMap(method -> {
                    List<TypeMirror> announced = api.documentedExceptions(method);
                    return Stream.concat(escaping.of(method).stream(), method.getThrownTypes().stream())
                            .filter(exception -> !escaping.isAnnounced(exception, announced))
                            .map(exception -> nameOf(method) + " throws " + exception);
                })
                .toList();
    }

    /** A method that takes or returns something closeable says who closes it. */
    List<String> methodsSilentOfOwners() {
        return api.methods().stream()
                .filter(method -> signature(method).anyMatch(DocumentationRules::isToBeClosed))
                .filter(method -> !says(OWNER, method))
                .map(DocumentationRules::nameOf)
                .toList();
    }

    /**
     * A method that takes or returns a buffer says what happens to its indices, in its own comment or once in that of
     * its type or package.
     */
    List<String> methodsSilentOfIndices() {
        return api.methods().stream()
                .filter(method ->
                        signature(method).anyMatch(type -> type.toString().equals(ByteBuffer.class.getName())))
                .filter(method -> withSurroundings(method).noneMatch(around -> says(INDICES, around)))
                .map(DocumentationRules::nameOf)
                .toList();
    }

    private boolean says(Pattern words, Element element) {
        return words.matcher(api.comment(element)).find();
    }

    private static Stream<TypeMirror> signature(ExecutableElement method) {
        return Stream.concat(
                Stream.of(method.getReturnType()),
                method.getParameters().stream().map(VariableElement::asType));
    }

    private static Stream<Element> withSurroundings(Element element) {
        return Stream.iterate(element, around -> around.getKind() != ElementKind.MODULE, Element::getEnclosingElement);
    }

    /** Whether it is a closeable type of this project. */
    private static boolean isToBeClosed(TypeMirror type) {
        return type instanceof DeclaredType declared
                && !type.toString().startsWith("java.")
                && ((TypeElement) declared.asElement())
                        .getInterfaces().stream()
                                .anyMatch(inherited -> inherited.toString().equals(AutoCloseable.class.getName()));
    }

    private static String nameOf(ExecutableElement method) {
        return method.getEnclosingElement() + "." + method.getSimpleName();
    }
}
