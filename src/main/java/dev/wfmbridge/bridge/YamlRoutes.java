package dev.wfmbridge.bridge;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.spi.Resource;

/**
 * Camel's loader of YAML routes, which reads each file once more beforehand, for the beans that it defines. Only files that may define some
 * are: the other reading is a tenth of a start.
 */
final class YamlRoutes extends YamlRoutesBuilderLoader {

    @Override
    public void preParseRoute(Resource resource) throws Exception {
        if (mayDefineBeans(resource)) {
            super.preParseRoute(resource);
        }
    }

    /** Or is a resource of Camel K, whose beans Camel finds by other names. */
    private static boolean mayDefineBeans(Resource resource) throws IOException {
        try (InputStream in = resource.getInputStream()) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.contains("beans") || text.contains("kind");
        }
    }
}
