package io.saltunnel.it.architecture;

import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TryTree;
import com.sun.source.tree.UnionTypeTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.nio.ReadOnlyBufferException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Types;

/**
 * Finds the unchecked exceptions that leave a method: those that it throws itself; those of the helpers that it calls,
 * because no other documentation covers them; and those of the API and the internal packages that it calls, except
 * those for wrong arguments, which are the calling method's responsibility.
 *
 * <p>A lower bound: it doesn't follow calls that are only known at run time (implementations of interfaces, lambdas),
 * nor Java's own code, except the one method that checks ranges here.
 */
final class EscapingExceptions {
    private final ApiSources api;
    private final Types types;
    private final TypeMirror unchecked;
    private final TypeMirror outOfBounds;
    private final List<TypeMirror> aboutArguments;
    private final Map<ExecutableElement, Set<TypeMirror>> known = new HashMap<>();

    EscapingExceptions(ApiSources api) {
        this.api = api;
        this.types = api.task().getTypes();
        this.unchecked = type(RuntimeException.class);
        this.outOfBounds = type(IndexOutOfBoundsException.class);
        this.aboutArguments =
                List.of(outOfBounds, type(IllegalArgumentException.class), type(ReadOnlyBufferException.class));
    }

    private TypeMirror type(Class<?> exception) {
        return api.task().getElements().getTypeElement(exception.getName()).asType();
    }

    /** Whether one of the documented types covers the exception. */
    boolean isAnnounced(TypeMirror exception, List<TypeMirror> announced) {
        return announced.stream().anyMatch(type -> types.isSubtype(exception, type));
    }

    Set<TypeMirror> of(ExecutableElement method) {
        Set<TypeMirror> before = known.get(method);
        if (before != null) {
            return before;
        }
        known.put(method, Set.of()); // for recursive methods
        Set<TypeMirror> escaping = new LinkedHashSet<>();
        TreePath path = api.trees().getPath(method);
        if (path != null) {
            new Scanner(escaping).scan(path, null);
        }
        known.put(method, escaping);
        return escaping;
    }

    private final class Scanner extends TreePathScanner<Void, Void> {
        private Set<TypeMirror> escaping;

        Scanner(Set<TypeMirror> escaping) {
            this.escaping = escaping;
        }

        @Override
        public Void visitThrow(ThrowTree tree, Void unused) {
            TreePath thrown = new TreePath(getCurrentPath(), tree.getExpression());
            if (!isCaught(thrown)) {
                add(api.trees().getTypeMirror(thrown));
            }
            return super.visitThrow(tree, null);
        }

        /** A rethrown exception counts where it comes from. */
        private boolean isCaught(TreePath thrown) {
            Element variable = api.trees().getElement(thrown);
            return variable != null && variable.getKind() == ElementKind.EXCEPTION_PARAMETER;
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree tree, Void unused) {
            follow(api.trees().getElement(getCurrentPath()));
            return super.visitMethodInvocation(tree, null);
        }

        @Override
        public Void visitNewClass(NewClassTree tree, Void unused) {
            follow(api.trees().getElement(getCurrentPath()));
            return scan(tree.getArguments(), null); // but not the body, which runs later
        }

        private void follow(Element called) {
            if (called instanceof ExecutableElement method) {
                if (method.getSimpleName().contentEquals("checkFromIndexSize")) {
                    add(outOfBounds);
                } else if (api.isHelper(method)) {
                    of(method).forEach(this::add);
                } else {
                    (api.isApi(method) ? api.documentedExceptions(method) : of(method))
                            .stream()
                                    .filter(exception -> !isAnnounced(exception, aboutArguments))
                                    .forEach(this::add);
                }
            }
        }

        private void add(TypeMirror exception) {
            if (types.isSubtype(exception, unchecked)) {
                escaping.add(exception);
            }
        }

        @Override
        public Void visitTry(TryTree tree, Void unused) {
            Set<TypeMirror> outside = escaping;
            Set<TypeMirror> inside = new LinkedHashSet<>();
            escaping = inside;
            scan(tree.getResources(), null);
            scan(tree.getBlock(), null);
            escaping = outside;
            for (CatchTree caught : tree.getCatches()) {
                if (!rethrows(caught)) {
                    inside.removeIf(exception -> catches(caught, exception));
                }
            }
            escaping.addAll(inside);
            scan(tree.getCatches(), null);
            return scan(tree.getFinallyBlock(), null);
        }

        private boolean catches(CatchTree tree, TypeMirror exception) {
            Tree type = tree.getParameter().getType();
            List<? extends Tree> alternatives =
                    type instanceof UnionTypeTree union ? union.getTypeAlternatives() : List.of(type);
            TreePath parameter = new TreePath(new TreePath(getCurrentPath(), tree), tree.getParameter());
            return alternatives.stream()
                    .map(alternative -> api.trees().getTypeMirror(new TreePath(parameter, alternative)))
                    .anyMatch(caught -> types.isSubtype(exception, caught));
        }

        private boolean rethrows(CatchTree caught) {
            boolean[] found = {false};
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitThrow(ThrowTree tree, Void unused) {
                    found[0] |= tree.getExpression() instanceof IdentifierTree thrown
                            && thrown.getName().equals(caught.getParameter().getName());
                    return null;
                }
            }.scan(new TreePath(getCurrentPath(), caught), null);
            return found[0];
        }

        @Override
        public Void visitLambdaExpression(LambdaExpressionTree tree, Void unused) {
            return null; // runs when it is called
        }

        @Override
        public Void visitClass(ClassTree tree, Void unused) {
            return null;
        }
    }
}
