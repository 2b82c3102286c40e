package io.saltunnel.cli;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a file, or the address of a store. */
final class ReplayPlaceConverter implements ITypeConverter<ReplayPlace> {

    @Override
    public ReplayPlace convert(String text) {
        if (!text.contains(ReplayPlace.MARK)) {
            return new ReplayPlace.InFile(new FileConverter().convert(text));
        }
        try {
            return new ReplayPlace.InStore(new URI(text));
        } catch (URISyntaxException e) {
            // Not shown: there may be a password in it.
            throw new TypeConversionException("this is no address of a store: " + e.getReason());
        }
    }
}
