package dev.wfmbridge.kafka;

import dev.wfmbridge.network.FreePort;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A broker in the JVM of the test, which is its own controller. It can go away and come back with all that it had. */
public final class Broker implements AutoCloseable {

    private static final String PASSWORD = "of-the-keys";

    private final Properties options = new Properties();
    private final int port;
    private final int secured;
    private final List<Door> doors = new ArrayList<>();
    private Vertx vertx;
    private KafkaRaftServer server;

    static {
        // A broker that loses its folder would end the whole JVM.
        Exit.setHaltProcedure((status, message) -> {
            throw new IllegalStateException("the broker gave up: " + message);
        });
        Exit.setExitProcedure((status, message) -> {
            throw new IllegalStateException("the broker gave up: " + message);
        });
    }

    private Broker(Path folder, int doors, String user, String password) throws Exception {
        // All at once, or one would be given twice.
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < 3 + doors; i++) {
            held.add(FreePort.held());
        }
        port = held.get(0).getLocalPort();
        secured = user == null ? 0 : held.get(1).getLocalPort();
        int controller = held.get(2).getLocalPort();
        for (ServerSocket behind : held.subList(3, held.size())) {
            this.doors.add(Door.to(vertx(), behind.getLocalPort()));
        }
        Path logs = Files.createDirectories(folder.resolve("broker"));
        options.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@127.0.0.1:" + controller,
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controller,
                "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port,
                "controller.listener.names", "CONTROLLER",
                "inter.broker.listener.name", "PLAINTEXT",
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "log.dirs", logs.toString()));
        options.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "group.initial.rebalance.delay.ms", "0",
                "group.min.session.timeout.ms", "1000",
                "num.network.threads", "1",
                "num.io.threads", "3",
                "log.segment.bytes", "10485760",
                "log.index.size.max.bytes", "65536"));
        for (int i = 0; i < doors; i++) {
            listener(
                    "DOOR" + i,
                    held.get(3 + i).getLocalPort(),
                    this.doors.get(i).port(),
                    "PLAINTEXT");
        }
        if (secured > 0) {
            secure(folder);
        }
        Formatter formatter = new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setMetadataLogDirectory(logs.toString());
        formatter.addDirectory(logs.toString());
        if (secured > 0) {
            formatter.setScramArguments(List.of("SCRAM-SHA-512=[name=" + user + ",password=" + password + "]"));
        }
        formatter.run();
        for (ServerSocket socket : held) {
            socket.close();
        }
        start();
    }

    public static Broker in(Path folder) throws Exception {
        return new Broker(folder, 0, null, null);
    }

    /** One with so many addresses more, each behind a {@link Door}. */
    public static Broker withDoors(Path folder, int doors) throws Exception {
        return new Broker(folder, doors, null, null);
    }

    private Vertx vertx() {
        if (vertx == null) {
            vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
        }
        return vertx;
    }

    /** Whoever comes through it reaches the broker through nothing else. */
    public Door door(int number) {
        return doors.get(number);
    }

    private void listener(String name, int at, int seenAt, String protocol) {
        options.put("listeners", options.get("listeners") + "," + name + "://127.0.0.1:" + at);
        options.put(
                "advertised.listeners", options.get("advertised.listeners") + "," + name + "://127.0.0.1:" + seenAt);
        options.put(
                "listener.security.protocol.map",
                options.get("listener.security.protocol.map") + "," + name + ":" + protocol);
    }

    /** One that also takes TLS with SASL (SCRAM-SHA-512), at {@link #securedAddress}. Its certificate is {@code ca.crt} in the folder. */
    public static Broker secured(Path folder, String user, String password) throws Exception {
        return new Broker(folder, 0, user, password);
    }

    private void secure(Path folder) throws Exception {
        Path keys = folder.resolve("broker.p12");
        keytool(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString());
        keytool(
                "-exportcert",
                "-rfc",
                "-keystore",
                keys.toString(),
                "-file",
                folder.resolve("ca.crt").toString());
        listener("SECURED", secured, secured, "SASL_SSL");
        // Who comes without TLS may do everything; who comes with it, what no rule forbids.
        options.putAll(Map.of(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users", "User:ANONYMOUS",
                "allow.everyone.if.no.acl.found", "true"));
        options.putAll(Map.of(
                "sasl.enabled.mechanisms",
                "SCRAM-SHA-512",
                "listener.name.secured.scram-sha-512.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                "ssl.keystore.location",
                keys.toString(),
                "ssl.keystore.type",
                "PKCS12",
                "ssl.keystore.password",
                PASSWORD,
                "ssl.key.password",
                PASSWORD));
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-alias", "broker", "-storepass", PASSWORD));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IllegalStateException("keytool failed");
        }
    }

    public void start() {
        server = new KafkaRaftServer(new KafkaConfig(options, false), Time.SYSTEM);
        server.startup();
    }

    /** It goes away; {@link #start} brings it back. */
    public void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    /** For {@code kafka.brokers}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Where it takes TLS with SASL. */
    public String securedAddress() {
        return "127.0.0.1:" + secured;
    }

    @Override
    public void close() {
        stop();
        doors.forEach(Door::close);
        if (vertx != null) {
            vertx.close();
        }
    }
}
