package dev.wfmbridge.chaos;

import java.nio.file.Path;
import java.util.List;

/** A world with the towns of some schedules, which are run there one after the other. */
interface Venue extends AutoCloseable {

    /** Makes one. */
    interface Opening {
        Venue open(List<Schedule> row, Path folder) throws Exception;
    }

    /** The town of the schedule of this seed, without people. */
    Town town(long seed);

    /** What serves this town, as long as its schedule lasts. */
    Tested tested(Town town, Met met) throws Exception;

    @Override
    void close() throws Exception;
}
