package io.saltunnel.cli;

import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Help whose synopsis keeps to the width. A command's own synopsis names its options and parameters only, and is wrapped
 * behind the command's name. picocli itself wraps it as if nothing stood before it on the line.
 */
final class WrappedSynopsis extends Help {

    private WrappedSynopsis(CommandSpec command, ColorScheme colors) {
        super(command, colors);
    }

    /** Makes the help of a command. */
    static Help of(CommandSpec command, ColorScheme colors) {
        return new WrappedSynopsis(command, colors);
    }

    @Override
    public String synopsis(int headingLength) {
        String[] own = commandSpec().usageMessage().customSynopsis();
        if (own.length == 0) {
            return super.synopsis(headingLength);
        }
        String name = commandSpec().qualifiedName();
        int behindName = headingLength + name.length();
        TextTable table = TextTable.forColumnWidths(
                colorScheme(), behindName, commandSpec().usageMessage().width() - behindName);
        table.indentWrappedLines = 1; // the first line begins with the space behind the name
        table.addRowValues(" ".repeat(headingLength) + name, " " + String.join(" ", own));
        return table.toString().substring(headingLength);
    }
}
