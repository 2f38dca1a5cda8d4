package dev.wfmbridge.bench;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** One Camel route with one call by camel-http, without JMX: the least that a start takes on a machine. */
final class BareRoute {

    private BareRoute() {}

    public static void main(String[] args) throws Exception {
        Main main = new Main();
        main.addOverrideProperty("camel.main.jmx-enabled", "false");
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:bare").to(System.getenv("ZENDESK_URL") + "/bare");
            }
        });
        main.start();
        try {
            main.getCamelContext().createProducerTemplate().sendBody("direct:bare", null);
        } finally {
            main.stop();
        }
    }
}
