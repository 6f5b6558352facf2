/** Something that is measured without a socket. */
export interface Case {
  readonly name: string;
  /** Does the work once, and returns how many operations it was. */
  run(): number | Promise<number>;
}
