package dev.wfmbridge.kafka;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An address of its own that leads to a port of this machine. Shut, it is to whoever comes through it as if they were dead: what they send
 * arrives nowhere, and so does what is sent to them.
 */
public final class Door implements AutoCloseable {

    private enum State {
        OPEN,
        SHUT,
        /** Connections stay, and nothing comes through. */
        SILENT,
        /** What is sent arrives, and no answer comes back. */
        MUTE
    }

    private final int target;
    private final NetServer server;
    private final NetClient client;
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private volatile State state = State.OPEN;

    private Door(Vertx vertx, int target) throws Exception {
        this.target = target;
        this.server = vertx.createNetServer();
        this.client = vertx.createNetClient();
        server.connectHandler(this::enter)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    /** At any free port. */
    public static Door to(Vertx vertx, int target) throws Exception {
        return new Door(vertx, target);
    }

    public int port() {
        return server.actualPort();
    }

    private void enter(NetSocket outside) {
        if (state == State.SHUT) {
            outside.close();
            return;
        }
        outside.pause();
        client.connect(target, "127.0.0.1")
                .onFailure(refused -> outside.close())
                .onSuccess(inside -> {
                    sockets.add(outside);
                    sockets.add(inside);
                    lead(outside, inside, State.MUTE);
                    lead(inside, outside, State.OPEN);
                    if (state == State.SHUT) {
                        outside.close();
                        inside.close();
                    }
                    outside.resume();
                });
    }

    private void lead(NetSocket from, NetSocket to, State alsoIn) {
        from.handler(bytes -> {
            if (state == State.OPEN || state == alsoIn) {
                to.write(bytes);
            }
        });
        from.exceptionHandler(broken -> to.close());
        from.closeHandler(closed -> {
            sockets.remove(from);
            to.close();
        });
    }

    /** Ends all connections and takes none any more. */
    public void shut() {
        state = State.SHUT;
        sockets.forEach(NetSocket::close);
    }

    /** What comes from now on is lost, and nobody is told. */
    void fallSilent() {
        state = State.SILENT;
    }

    /** What comes from now on arrives, and who sent it is not told. */
    void loseAnswers() {
        state = State.MUTE;
    }

    /** As at the start; connections through which something was lost end. */
    public void open() {
        if (state == State.SILENT || state == State.MUTE) {
            sockets.forEach(NetSocket::close);
        }
        state = State.OPEN;
    }

    @Override
    public void close() {
        shut();
        server.close();
        client.close();
    }
}
