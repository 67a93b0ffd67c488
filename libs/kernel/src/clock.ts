/** The only source of the current time; handed to what needs it, so that tests can set it. */
export type Clock = () => Date;
