package io.saltunnel.cli;

import io.saltunnel.core.key.KeyFile;
import io.saltunnel.core.key.KeyText;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Makes key files, and converts them from and to text. Loads no networking class. */
@Command(
        name = "key",
        description = "Makes key files, and converts them from and to text.",
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class KeyCommand implements Runnable {

    private static final String KEY_FILE = "<keyfile>";

    @ParentCommand
    private SaltunnelCommand root;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    @Command(
            name = "generate",
            description = {
                "Makes a new key of 32 random bytes.",
                "",
                "The file is readable by its owner only, and must not exist: no key is ever overwritten. Client and server need the same key."
            })
    void generate(@Parameters(paramLabel = KEY_FILE, description = "The file to make.") Path file) throws IOException {
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = LongTermKey.random(RandomSource.system(), memory)) {
            KeyFile.create(file, key);
        }
    }

    @Command(
            name = "import",
            description = {
                "Makes a key file from text on standard input.",
                "",
                "The text is 64 hexadecimal digits of either case; hyphens, spaces and line breaks between them don't matter."
                        + " The file is readable by its owner only, and must not exist. The key's SHA-256 is shown on standard error."
            })
    void importKey(@Parameters(paramLabel = KEY_FILE, description = "The file to make.") Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            // Fails before the user has typed the key.
            throw new CommandFailure("key file " + file + " exists already, and is never overwritten", null);
        }
        root.protectMemory();
        StandardStreams streams = root.streams();
        boolean typed = streams.typed();
        PrintWriter err = root.err();
        if (typed) {
            err.print("Key: ");
            err.flush();
        }
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = KeyText.read(streams.in(), typed ? KeyText.End.LINE : KeyText.End.STREAM, memory)) {
            KeyFile.create(file, key);
            showChecksum(key);
        }
    }

    @Command(
            name = "export",
            description = {
                "Shows a key as text on standard output.",
                "",
                "The text is upper-case hexadecimal in groups of four joined by hyphens. The key's SHA-256 is shown on standard error."
            })
    void export(@Parameters(paramLabel = KEY_FILE, description = "The file to read.") Path file) throws IOException {
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create()) {
            KeyFile.Loaded loaded = KeyFile.load(file, memory);
            try (LongTermKey key = loaded.key()) {
                loaded.warning().ifPresent(root::warn);
                KeyText.write(key, root.streams().out());
                showChecksum(key);
            }
        }
    }

    @Command(
            name = "fingerprint",
            description = {
                "Shows the fingerprint of a key on standard output, and nothing secret.",
                "",
                "It is the beginning of the key's SHA-256. Client and server show it when they start."
            })
    void fingerprint(@Parameters(paramLabel = KEY_FILE, description = "The file to read.") Path file)
            throws IOException {
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create()) {
            KeyFile.Loaded loaded = KeyFile.load(file, memory);
            try (LongTermKey key = loaded.key()) {
                loaded.warning().ifPresent(root::warn);
                spec.commandLine().getOut().println(key.fingerprint());
                spec.commandLine().getOut().flush();
            }
        }
    }

    private void showChecksum(LongTermKey key) {
        root.err().println("Checksum: " + key.checksum());
        root.err().flush();
    }
}
