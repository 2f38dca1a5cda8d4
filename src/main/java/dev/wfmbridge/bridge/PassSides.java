package dev.wfmbridge.bridge;

import dev.wfmbridge.config.Problem;
import dev.wfmbridge.config.Property;
import dev.wfmbridge.config.Settings;
import dev.wfmbridge.data.DataFolder;
import dev.wfmbridge.halt.HaltReason;
import dev.wfmbridge.ledger.Ledger;
import dev.wfmbridge.mapping.Entry;
import dev.wfmbridge.mapping.Organization;
import dev.wfmbridge.mapping.Place;
import dev.wfmbridge.pass.OrganizationPass;
import dev.wfmbridge.pass.Pass;
import dev.wfmbridge.zendesk.Source;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Gives a pass its sides: Zendesk, and the organisations with their clients, places and ledgers. */
final class PassSides {

    private final Settings settings;
    private final Clients clients;
    private final DataFolder folder;

    PassSides(Settings settings, Clients clients, DataFolder folder) {
        this.settings = settings;
        this.clients = clients;
        this.folder = folder;
    }

    /** All of the pass' mapping; those of organisations that left it are forgotten. */
    void addAll(Pass pass) throws Exception {
        addSource(pass);
        clients.retain(pass.mapping().organizations().keySet());
        for (Organization organization : pass.mapping().organizations().values()) {
            add(pass, organization);
            if (!pass.isPartial() && Ledger.isKept(folder, organization.name())) {
                pass.ledgerNames(organization.name());
            }
        }
    }

    /** Zendesk and one organisation. */
    void addOnly(Pass pass, String organization) throws Exception {
        addSource(pass);
        add(pass, pass.mapping().organizations().get(organization));
    }

    private void addSource(Pass pass) throws Exception {
        pass.readsFrom(new Source(
                clients.zendesk(),
                pass,
                settings.get(Property.GENESYS_HALT_AFTER),
                settings.legacyZendeskToken() ? "zendesk-legacy" : "zendesk"));
    }

    private void add(Pass pass, Organization organization) throws Exception {
        List<Place> places = pass.mapping().entriesOf(organization.name()).stream()
                .map(Entry::places)
                .flatMap(List::stream)
                .distinct()
                .toList();
        OrganizationPass part = new OrganizationPass(
                organization, places, clients.of(organization), pass, settings.get(Property.GENESYS_HALT_AFTER));
        if (!organization.usable()) {
            part.halt(
                    HaltReason.CONFIGURATION,
                    organization.problems().stream().map(Problem::oneLine).collect(Collectors.joining(" ")));
        }
        for (Place place : places) {
            if (!clients.serves(place.target())) {
                part.servesNot(place);
            }
        }
        part.keeps(() -> ledger(organization.name(), pass));
        pass.add(part);
    }

    private Ledger ledger(String organization, Pass pass) {
        try {
            return Ledger.read(folder, organization);
        } catch (IOException unreadable) {
            pass.warn(
                    "The ledger of " + organization + " (ledger/" + organization
                            + ".jsonl) cannot be read, so removals are not even reported: restore it from a backup, or delete it.");
            return null;
        }
    }
}
