/** Named checks of this installation. Each says what to do if it fails. */
@NullMarked
package io.saltunnel.cli.doctor;

import org.jspecify.annotations.NullMarked;
