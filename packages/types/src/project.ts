/** Facts about the project that more than one package states. */

/** Home page, used in `User-Agent` and in package metadata. One place, so that a move changes one line. */
export const projectUrl = 'https://example.com/tinfoil';
