/** What the program tells the service manager that started it, by systemd's notify protocol. */
@NullMarked
package io.saltunnel.cli.service;

import org.jspecify.annotations.NullMarked;
