"""Records what cfn-lint's loader reads in templates of a directory that were broken on the way; see README.md."""
import json
import random
import sys

import record

# Larger ones say nothing new.
MOST_CHARACTERS = 8_000
STRAY = list("\t\n\r :-{}[]\"'#&*!|>%@`?,=\\~\x07") + ["\u00a0", "\ufeff", "- ", ": ", "  ", "!Ref ", "&a ", "*a", "<<: ", "---\n"]


def broken(text, chance):
    """The text with one thing wrong, as a slip of the hand or of a merge leaves it."""
    at = chance.randrange(len(text))
    lines = text.split("\n")
    line = chance.randrange(len(lines))
    match chance.randrange(10):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + chance.choice(STRAY) + text[at:]
        case 2:
            return text[:at] + chance.choice(STRAY) + text[at + 1 :]
        case 3:
            del lines[line]
        case 4:
            lines.insert(line, lines[chance.randrange(len(lines))])
        case 5:
            lines[line] = " " * chance.randrange(1, 4) + lines[line]
        case 6:
            lines[line] = lines[line].removeprefix(" " * chance.randrange(1, 4))
        case 7:
            lines[line] = lines[line].replace("    ", "\t", 1)
        case 8:
            mark = chance.choice(": \"'[]{},-!")
            lines[line] = lines[line].replace(mark, "", 1)
        case 9:
            return text[:at]
    return "\n".join(lines)


def main():
    directory, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    record.MOST = 1_000_000
    chance = random.Random(seed)
    whole = [(path, text) for path, text in record.templates(directory) if 0 < len(text) < MOST_CHARACTERS]
    for number in range(count):
        path, text = chance.choice(whole)
        for _ in range(chance.choice([1, 1, 1, 2])):
            text = broken(text, chance) or text
        print(json.dumps({"name": f"{number} of {path}", "text": text, **record.answer(text)}))


if __name__ == "__main__":
    main()
