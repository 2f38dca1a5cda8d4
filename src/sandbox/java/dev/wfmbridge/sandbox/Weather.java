package dev.wfmbridge.sandbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What is not the fault of the caller: limits, lags and losses. A new one is fair: nothing is lost, nothing lags. It can be
 * changed while the servers run. Durations are nominal, see {@link World#timeFactor(double)}; shares are between 0 and 1.
 */
public final class Weather {
    private volatile long seed = 1;
    private volatile double genesysLostAnswers;
    private volatile double zendeskLostAnswers;
    private volatile double commitLagShare;
    private volatile Duration commitLag = Duration.ofSeconds(3);
    private volatile Duration approvalDelay = Duration.ZERO;
    private volatile Duration genesysTokenLife = Duration.ofSeconds(86_399);
    private volatile Duration genesysTokenGrace = Duration.ZERO;
    private volatile Duration zendeskTokenLife = Duration.ofSeconds(172_799);
    private volatile int tokenRequests = 1_000_000;
    private volatile Duration tokenWindow = Duration.ofMinutes(1);
    private volatile boolean slidingQuota;
    private volatile boolean secondsRoundedDown;
    private volatile int zendeskRequestsPerMinute = 700;
    private volatile List<ThrottleShape> throttleShapes = List.of(ThrottleShape.values());
    private volatile Duration jobDuration = Duration.ofSeconds(2);
    private final Map<String, Outage> outages = new ConcurrentSkipListMap<>();

    Weather() {}

    /** Decides, with what is asked, which calls are lost: same seed and same calls, same losses. */
    public Weather seed(long value) {
        seed = value;
        return this;
    }

    /**
     * The share of Genesys' API calls that are carried out and not properly answered: the connection is closed, or a
     * gateway's 504 page comes, one as often as the other. Token calls are spared.
     */
    public Weather genesysLostAnswers(double share) {
        genesysLostAnswers = share;
        return this;
    }

    /** The same for Zendesk. */
    public Weather zendeskLostAnswers(double share) {
        zendeskLostAnswers = share;
        return this;
    }

    /**
     * Cause (c) of a 409: of this share of the POSTs of a segment the answer is lost, and no GET finds the segment before
     * the lag is over.
     */
    public Weather commitLag(double share, Duration lag) {
        commitLagShare = share;
        commitLag = lag;
        return this;
    }

    /** How long a segment that was posted as APPROVED is PENDING. Its approval makes the version one higher. */
    public Weather approvalDelay(Duration delay) {
        approvalDelay = delay;
        return this;
    }

    /** The lifetime of Genesys' tokens, as given in expires_in. */
    public Weather genesysTokenLife(Duration life) {
        genesysTokenLife = life;
        return this;
    }

    /** How much longer than stated Genesys' tokens are accepted. */
    public Weather genesysTokenGrace(Duration grace) {
        genesysTokenGrace = grace;
        return this;
    }

    /** The longest life of Zendesk's tokens, whatever longer one is asked for. */
    public Weather zendeskTokenLife(Duration life) {
        zendeskTokenLife = life;
        return this;
    }

    /** Token requests of a Genesys client in a window; further ones get the 400 about a rate limit. */
    public Weather tokenRequests(int allowed, Duration window) {
        tokenRequests = allowed;
        tokenWindow = window;
        return this;
    }

    /** Genesys' quota in a strict sliding window instead of the fixed one. */
    public Weather slidingQuota(boolean sliding) {
        slidingQuota = sliding;
        return this;
    }

    /** Seconds in Retry-After and reset headers rounded down (so they can be 0) instead of up. */
    public Weather secondsRoundedDown(boolean down) {
        secondsRoundedDown = down;
        return this;
    }

    /** Zendesk's limit, by the plan: 200, 400, 700 or 2500. */
    public Weather zendeskRequestsPerMinute(int allowed) {
        zendeskRequestsPerMinute = allowed;
        return this;
    }

    /** The shapes of Zendesk's 429s, one after the other. */
    public Weather throttleShapes(ThrottleShape... shapes) {
        throttleShapes = List.of(shapes);
        return this;
    }

    /** How long a Zendesk job takes: queued for the first half, then working, then completed and in effect. */
    public Weather jobDuration(Duration duration) {
        jobDuration = duration;
        return this;
    }

    /** Takes a side down, or brings it back with {@code null}; {@link World#outage(String, Outage)} knows the names. */
    void outage(String side, Outage outage) {
        if (outage == null) {
            outages.remove(side);
        } else {
            outages.put(side, outage);
        }
    }

    /** What is down, by the organisation's name or {@code zendesk}. */
    Map<String, Outage> outages() {
        return Map.copyOf(outages);
    }

    /** What happens to each call of this side; {@code null}: nothing of the kind. */
    Fault outageOf(String side) {
        Outage outage = side == null ? null : outages.get(side);
        return outage == null ? null : outage.fault();
    }

    long seed() {
        return seed;
    }

    double genesysLostAnswers() {
        return genesysLostAnswers;
    }

    double zendeskLostAnswers() {
        return zendeskLostAnswers;
    }

    double commitLagShare() {
        return commitLagShare;
    }

    Duration commitLag() {
        return commitLag;
    }

    Duration approvalDelay() {
        return approvalDelay;
    }

    Duration genesysTokenLife() {
        return genesysTokenLife;
    }

    Duration genesysTokenGrace() {
        return genesysTokenGrace;
    }

    Duration zendeskTokenLife() {
        return zendeskTokenLife;
    }

    int tokenRequests() {
        return tokenRequests;
    }

    Duration tokenWindow() {
        return tokenWindow;
    }

    boolean slidingQuota() {
        return slidingQuota;
    }

    boolean secondsRoundedDown() {
        return secondsRoundedDown;
    }

    int zendeskRequestsPerMinute() {
        return zendeskRequestsPerMinute;
    }

    List<ThrottleShape> throttleShapes() {
        return throttleShapes;
    }

    Duration jobDuration() {
        return jobDuration;
    }
}
