package dev.wfmbridge.part;

import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.http.CallProperties;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.pass.Stopping;
import java.io.IOException;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/** The bean {@code parts}: an organisation's part of a pass, and its result, as bytes. */
public final class Parts {

    private final PartPasses passes;

    public Parts(PartPasses passes) {
        this.passes = passes;
    }

    /** The current side's part. */
    public byte[] pack(
            @ExchangeProperty(CallProperties.PASS) Pass pass,
            @ExchangeProperty(CallProperties.SIDE) OrganizationPass organization)
            throws IOException {
        return Part.pack(pass, organization);
    }

    /** Unpacks a part; from here on the exchange is in the part's own pass. */
    public void open(byte[] body, Exchange exchange) throws UnusableException {
        layOut(Part.open(body), new Stopping(), exchange);
    }

    /** The same for a part whose work may also be ended by something else. */
    public void layOut(Part part, Stopping guard, Exchange exchange) throws UnusableException {
        Pass pass = passes.of(part, guard);
        part.into(pass);
        exchange.setProperty(CallProperties.PASS, pass);
        exchange.setProperty(CallProperties.SIDE, pass.organization(part.organization()));
    }

    /** The result of the current part. */
    public byte[] result(@ExchangeProperty(CallProperties.PASS) Pass pass) throws IOException {
        return resultBy("here", pass);
    }

    /** @param worker who did it */
    public byte[] resultBy(String worker, Pass pass) throws IOException {
        OrganizationPass organization = pass.getOrganizations().iterator().next();
        // A message that no route ended is not known to be done.
        organization.holdRest(
                organization.isHalted() ? organization.currentHalt().reason() : HaltReason.UNAVAILABLE);
        passes.conclude(pass);
        return PartResult.pack(pass, organization, worker);
    }

    /** Merges a result into the current pass. */
    public void take(@Body byte[] body, @ExchangeProperty(CallProperties.PASS) Pass pass) throws UnusableException {
        PartResult.open(body).into(pass);
    }
}
