export function buildSentences(): boolean;
