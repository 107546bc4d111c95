/** Rigs for devices that are models in this process: the only package of the suite that knows models. */
package org.netdev4j.conformance.sim;
