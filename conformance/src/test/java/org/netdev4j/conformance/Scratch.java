package org.netdev4j.conformance;
import org.netdev4j.conformance.report.ConsoleReport;
class Scratch {
    public static void main(String[] a) throws Exception {
        long t=System.nanoTime();
        ConformanceOptions o = ConformanceOptions.device(a[0]);
        if (a.length>1) o = o.including(java.util.Arrays.copyOfRange(a,1,a.length));
        ConformanceReport r = Conformance.run(o);
        new ConsoleReport(false).write(r, System.out);
        try (var w =
            java.nio.file.Files.newBufferedWriter(java.nio.file.Path.of("/tmp/report.html"))) { new org.netdev4j.conformance.report.HtmlReport().write(r, w); }
        try (var w =
            java.nio.file.Files.newBufferedWriter(java.nio.file.Path.of("/tmp/report.json"))) { new org.netdev4j.conformance.report.JsonReport().write(r, w); }
        try (var w =
            java.nio.file.Files.newBufferedWriter(java.nio.file.Path.of("/tmp/report.xml"))) { new org.netdev4j.conformance.report.JUnitXmlReport().write(r, w); }
        if (System.getProperty("trace")!=null) r.results().forEach(x ->
            { if (x.outcome()==Outcome.FAILED) System.out.println(x.id()+" "+x.trace()); });
        if (System.getProperty("slow")!=null) r.results().stream().sorted((x,y)->Double.compare(y.millis(),x.millis()))
            .limit(15).forEach(x -> System.out.println(x.id()+" "+x.millis()));
        System.out.println((System.nanoTime()-t)/1000000+" ms");
    }
}
