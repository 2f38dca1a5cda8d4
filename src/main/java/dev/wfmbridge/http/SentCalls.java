package dev.wfmbridge.http;

/** When a client's last calls went out, oldest first. It holds as many as went out in the longest span that is queried. */
final class SentCalls {

    private long[] times = new long[16];
    private int first;
    private int size;

    void add(long nanoTime) {
        if (size == times.length) {
            long[] larger = new long[size * 2];
            for (int i = 0; i < size; i++) {
                larger[i] = at(i);
            }
            times = larger;
            first = 0;
        }
        times[(first + size) % times.length] = nanoTime;
        size++;
    }

    void dropLast() {
        if (size > 0) {
            size--;
        }
    }

    void forgetBefore(long nanoTime) {
        while (size > 0 && at(0) - nanoTime < 0) {
            first = (first + 1) % times.length;
            size--;
        }
    }

    int size() {
        return size;
    }

    /** The time of the n-th latest call; 1 is the latest. */
    long latest(int n) {
        return at(size - n);
    }

    /** How many went out at this time or later. */
    int since(long nanoTime) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (at(middle) - nanoTime < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return size - low;
    }

    private long at(int index) {
        return times[(first + index) % times.length];
    }
}
