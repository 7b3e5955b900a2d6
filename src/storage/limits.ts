/** How large a run file and what is in it may be. Every refusal because of size or number is decided by a line of this file. */

/** Bytes of a run file: what one entry's buffer may hold in every browser, and zip's own sizes can still say. */
export const MOST_FILE = 2 ** 31 - 1;
/** Entries of the zip. A directory can claim any number and describe none of them. */
export const MOST_ENTRIES = 10_000;
/** Bytes that compressed entries may claim to unpack to, all together. Stored entries cannot be larger than the file they stand in. */
export const MOST_UNPACKED = 256 * 2 ** 20;
/** The same of a zip that holds a model: its weights are compressed by most programs, and are read one tensor at a time. */
export const MOST_UNPACKED_MODEL = 2 ** 31 - 1;
/** An imported model: as far as the knobs go (ModelConfig, the context of `yours`) and ids of tokens (bpe-training.ts). */
export const MOST_OF_MODEL = { width: 1024, layers: 24, heads: 16, context: 1024, vocabulary: 65_000 } as const;
/** Its numbers: as float32 they must fit a run file with room to spare. */
export const MOST_PARAMETERS = 500e6;
/** Bytes of a model's configuration or index, and of its tokenizer. */
export const MOST_MODEL_CONFIG = 2 ** 20;
export const MOST_TOKENIZER = 32 * 2 ** 20;
/** Characters of an entry's name. */
export const LONGEST_ENTRY_NAME = 250;
/** Bytes of `manifest.json`. */
export const MOST_MANIFEST = 16 * 2 ** 20;
/** Stages a run file may list, and checkpoints of one stage. */
export const MOST_STAGES = 100;
export const MOST_CHECKPOINTS = 1000;
/** Characters of a run's name. */
export const LONGEST_RUN_NAME = 1000;
/** Characters of a tag, and tags of one run. */
export const LONGEST_TAG = 40;
export const MOST_TAGS = 50;
/** Bytes of rows: a run file stays one that can be sent; larger data sets travel by themselves. */
export const MOST_DATA = 64e6;
/** Bytes of a safetensors header: Hugging Face's own bound. */
export const LONGEST_HEADER = 100_000_000;
/** Bytes read from a file, or fed to a checksum, at a time. */
export const PIECE = 2 ** 20;
/** Characters of what an address holds packed. Deflate makes at most a thousand times as much of it: some 6 MB, for a moment. */
export const LONGEST_PACKED = 8192;
/** Characters of a hand-out's title or class, and of what it asks; controls it may name. */
export const LONGEST_HANDOUT_TITLE = 120;
export const LONGEST_ASKED = 4000;
export const MOST_CONTROLS = 500;
/** Bytes of a lesson's file, and how many the browser keeps: localStorage holds some five million characters for the whole page. */
export const MOST_LESSON_FILE = 200_000;
export const MOST_LESSONS = 20;
/** Of what a lesson is made of: characters of one text, elements of any of its lists, and how deep a formula may go. */
export const LONGEST_LESSON_TEXT = 10_000;
export const MOST_IN_LESSON = 500;
export const DEEPEST_FORMULA = 40;
