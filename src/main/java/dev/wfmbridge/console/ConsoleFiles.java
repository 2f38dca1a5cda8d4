package dev.wfmbridge.console;

import dev.wfmbridge.operate.Gzip;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files of the page: only those named here. They are read from the class path once. */
final class ConsoleFiles {

    private static final String OWN = "/dev/wfmbridge/console/";
    private static final String WEBJARS = "/META-INF/resources/webjars/";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    /** Its name on the page is the key; the page itself has the empty one. */
    private final Map<String, ConsoleFile> files = new LinkedHashMap<>();

    /** @param gzipped the same bytes, as nearly every browser takes them */
    record ConsoleFile(String type, byte[] bytes, byte[] gzipped, String etag) {}

    ConsoleFiles() throws IOException {
        add("", OWN + "index.html", "text/html; charset=utf-8");
        add("console.css", OWN + "console.css", CSS);
        add("texts.js", OWN + "texts.js", SCRIPT);
        for (String script :
                new String[] {"dom", "time", "api", "table", "chart", "glance", "why", "letters", "plan", "console"}) {
            add(script + ".js", OWN + script + ".js", SCRIPT);
        }
        add("icon.svg", OWN + "icon.svg", "image/svg+xml");
        add("pico.css", WEBJARS + "picocss__pico/2.1.1/css/pico.fluid.classless.min.css", CSS);
        add("uplot.css", WEBJARS + "uplot/1.6.30/dist/uPlot.min.css", CSS);
        add("uplot.js", WEBJARS + "uplot/1.6.30/dist/uPlot.iife.min.js", SCRIPT);
    }

    /** @return null if the page has no such file */
    ConsoleFile find(String name) {
        return files.get(name);
    }

    private void add(String name, String resource, String type) throws IOException {
        try (InputStream in = ConsoleFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException("the console's " + resource + " is not on the class path");
            }
            byte[] bytes = in.readAllBytes();
            files.put(name, new ConsoleFile(type, bytes, Gzip.of(bytes), Etag.of(bytes)));
        }
    }
}
