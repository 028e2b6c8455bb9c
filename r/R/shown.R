# Text for a person, which a server may have written: without characters that move the cursor, colour the terminal, turn
# the direction of writing, or cannot be seen. Each becomes U+FFFD, so that one text cannot pass for another.
shown <- function(text) {
  text[] <- vapply(enc2utf8(text), shown_string, "", USE.NAMES = FALSE)
  text
}

shown_string <- function(text) {
  code_points <- utf8ToInt(text)
  code_points[is_unprintable(code_points)] <- 0xFFFDL
  intToUtf8(code_points)
}

# Control characters (Unicode's Cc), format characters (Cf) and separators of lines (Zl, Zp): where each range of them
# begins, and where the characters after it do.
unprintable_bounds <- c(
  0x0000, 0x0020, # C0
  0x007F, 0x00A0, # DEL, C1
  0x00AD, 0x00AE, # soft hyphen
  0x061C, 0x061D, # Arabic letter mark
  0x180E, 0x180F, # Mongolian vowel separator
  0x200B, 0x2010, # zero width, marks of direction
  0x2028, 0x202F, # separators of lines, embeddings and overrides of direction
  0x2060, 0x2070, # word joiner, invisible operators, isolates
  0xFEFF, 0xFF00, # byte order mark
  0xFFF9, 0xFFFC, # interlinear annotations
  0xE0000, 0xE0080 # tags
)

is_unprintable <- function(code_points) {
  findInterval(code_points, unprintable_bounds) %% 2 == 1
}
