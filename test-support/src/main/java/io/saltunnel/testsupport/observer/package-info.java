/** What somebody who watches the wire computes from sizes and times. */
@NullMarked
package io.saltunnel.testsupport.observer;

import org.jspecify.annotations.NullMarked;
