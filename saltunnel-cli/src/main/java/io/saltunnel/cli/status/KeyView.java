package io.saltunnel.cli.status;

import io.saltunnel.core.key.KeyLabel;

/**
 * What the status server shows of one key of a tunnel. Immutable.
 *
 * @param label the key's name and fingerprint
 * @param open open connections that have proved it
 */
public record KeyView(KeyLabel label, long open) {}
