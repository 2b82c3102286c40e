/**
 * What {@code docs/tour.md} shows, compared with what the program does.
 *
 * <pre>
 *   tour.md ──▶ TourPage ──▶ TourBlock ──▶ TourIT ──▶ Terminal ──▶ the program
 *                                            └──▶ TourText: a line of the page, a line of the program
 * </pre>
 */
package io.saltunnel.it.tour;
