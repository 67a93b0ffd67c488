/** Something that an operator has to do first; the message says what. */
export class CannotStart extends Error {}
