/** Rigs for devices that are models, in this process or in another: the only package of the suite that knows models. */
package org.netdev4j.conformance.sim;
