/** Named checks of this installation, and what to do about what they find. */
@NullMarked
package io.saltunnel.cli.doctor;

import org.jspecify.annotations.NullMarked;
