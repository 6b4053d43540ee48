"""Templates: parsed once, analysed without being run, compiled once and then rendered.

    scan       where the tags stand             text -> pieces
    program    the values that all of it shares: instructions, tags, syntax problems
    language   the names of the languages
    grammar    what a tag may hold
    mustache   the language                     text -> Template (parse), text -> text (map_partials)
    uses       what a template asks for         Template -> uses, inclusions of partials
    scope      JSON Schemas as stacks of names
    resolve    uses against declared inputs     Template, schema -> problems, the inputs used
    infer      inputs that nobody declared      Templates -> schema, or why not
    jinja      the other language               text -> Template, text -> Program
    dialect    what is taken of it              words, filters, limits, and what to do else
    lexeme     its pieces                       text -> kinds and offsets, where jinja2 has lines
    phrase     the words of one tag             lexemes -> what is wrong
    words      the statements around them       text -> lexemes, what is wrong
    tree       the allow-list                   syntax tree -> names that are read, what is refused
    reading    all of these in a row            text -> Template and its tree
    sandbox    jinja2 as it is used here        tokens -> syntax tree
    cost       what a render may spend          budgets, counted filters and loops
    run        what is run of jinja2            text -> Program, values -> text
    rendering  what is run                      Template, partials -> Program, values -> text
    step       the parts of a Program           closures over texts and names
    context    what a place can see             frames of values, name -> value
    printing   what a value prints as           value -> text
    refusal    why there is no text             RenderError and its kinds

Lines and columns count from 0 inside the text; a document turns them into places in its file.
"""
