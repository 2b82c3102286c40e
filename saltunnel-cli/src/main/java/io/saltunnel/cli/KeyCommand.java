package io.saltunnel.cli;

import io.saltunnel.core.key.KeyFile;
import io.saltunnel.core.key.KeyText;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Makes key files, and converts them from and to text. Loads no networking class. */
@Command(
        name = "key",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saltunnel key generate web.key",
            "  saltunnel key export web.key | ssh B saltunnel key import web.key"
        },
        description = "Makes key files, and converts them from and to text.",
        synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class KeyCommand implements Runnable {

    private static final String KEY_FILE = "<keyfile>";

    /** Stands for standard input or output in place of a file. */
    private static final String STANDARD_STREAM = "-";

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
                "The file is readable by its owner only, and must not exist: no key is ever overwritten. With -, the bytes go to standard output. Client and server need the same key."
            })
    void generate(
            @Parameters(paramLabel = KEY_FILE, converter = FileConverter.class, description = "The file to make.")
                    Path file)
            throws IOException {
        checkCanBeMade(file);
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = LongTermKey.random(RandomSource.system(), memory)) {
            create(file, key);
        }
    }

    @Command(
            name = "import",
            description = {
                "Makes a key file from a key in any form on standard input.",
                "",
                "It is 64 hexadecimal digits of either case, or 20 words; hyphens, spaces and line breaks between them don't matter."
                        + " Where it isn't typed, it may also be the 32 bytes of a key file. What is typed isn't shown. The file is readable by its owner only, and must not exist. With -, its bytes go to standard output. The key's SHA-256 is shown on standard error."
            })
    void importKey(
            @Parameters(paramLabel = KEY_FILE, converter = FileConverter.class, description = "The file to make.")
                    Path file)
            throws IOException {
        checkCanBeMade(file); // before the user has typed the key
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = root.streams().typed() ? typed(memory) : piped(memory)) {
            create(file, key);
            showChecksum(key);
        }
    }

    private LongTermKey piped(SecretMemory memory) throws IOException {
        return KeyText.read(root.streams().in(), KeyText.End.STREAM, memory);
    }

    private LongTermKey typed(SecretMemory memory) throws IOException {
        HiddenTyping hidden = root.streams().hideTyping(); // before the prompt, which asks the user to type
        try {
            say("Key: ");
            return KeyText.read(
                    root.streams().in(), KeyText.End.LINE, missing -> say(missing + ". Type the rest: "), memory);
        } finally {
            hidden.close();
        }
    }

    private void say(String prompt) {
        root.err().print(prompt);
        root.err().flush();
    }

    @Command(
            name = "export",
            description = {
                "Shows a key as text on standard output.",
                "",
                "The text is upper-case hexadecimal in groups of four joined by hyphens. The key's SHA-256 is shown on standard error. With -, the key file's bytes come from standard input."
            })
    void export(
            @Parameters(paramLabel = KEY_FILE, converter = FileConverter.class, description = "The file to read.")
                    Path file,
            @Option(
                            names = "--words",
                            description =
                                    "Show four lines of five words, which are easy to read out. The last word of each line is a checksum.")
                    boolean words,
            @Option(
                            names = "--qr",
                            description =
                                    "Draw a QR code of the 64 digits, for a camera. Works on a terminal only, which has to show UTF-8.")
                    boolean qrCode)
            throws IOException {
        ExportForm form = form(words, qrCode);
        form.checkOutput(root.streams());
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = load(file, memory)) {
            form.write(key, root.streams());
            showChecksum(key);
        }
    }

    private ExportForm form(boolean words, boolean qrCode) {
        try {
            return ExportForm.of(words, qrCode);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    @Command(
            name = "fingerprint",
            description = {
                "Shows the fingerprint of a key on standard output, and nothing secret.",
                "",
                "It is the beginning of the key's SHA-256. Client and server show it when they start. With -, the key file's bytes come from standard input."
            })
    void fingerprint(
            @Parameters(paramLabel = KEY_FILE, converter = FileConverter.class, description = "The file to read.")
                    Path file)
            throws IOException {
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create();
                LongTermKey key = load(file, memory)) {
            spec.commandLine().getOut().println(key.fingerprint());
            spec.commandLine().getOut().flush();
        }
    }

    private static boolean isStandardStream(Path file) {
        return file.toString().equals(STANDARD_STREAM);
    }

    private void checkCanBeMade(Path file) {
        if (isStandardStream(file)) {
            if (root.streams().shown()) {
                throw new CommandFailure(
                        "the bytes of a key are nothing for a terminal: redirect the output, or show them by"
                                + " saltunnel key export",
                        null);
            }
        } else if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandFailure("key file " + file + " exists already, and is never overwritten", null);
        }
    }

    private void create(Path file, LongTermKey key) throws IOException {
        if (isStandardStream(file)) {
            KeyFile.write(key, root.streams().out());
        } else {
            KeyFile.create(file, key);
        }
    }

    private LongTermKey load(Path file, SecretMemory memory) throws IOException {
        if (isStandardStream(file)) {
            return KeyFile.read(root.streams().in(), memory);
        }
        KeyFile.Loaded loaded = KeyFile.load(file, memory);
        loaded.warning().ifPresent(root::warn);
        return loaded.key();
    }

    private void showChecksum(LongTermKey key) {
        root.err().println("Checksum: " + key.checksum());
        root.err().flush();
    }
}
