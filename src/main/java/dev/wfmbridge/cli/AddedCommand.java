package dev.wfmbridge.cli;

/**
 * A command that comes in a jar beside the bridge's: a public class that picocli's annotations describe, with a public
 * constructor without parameters, named in that jar's {@code META-INF/services/dev.wfmbridge.cli.AddedCommand}. Its
 * {@code @ParentCommand} is {@link WfmBridge}.
 */
public interface AddedCommand {}
