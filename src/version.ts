/** The version that results carry: package.json's, checked by a test. Written out so that a page can use it too. */
export const VERSION = '0.1.0';
