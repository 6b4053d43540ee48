"""Templates: parsed once, analysed without being run, compiled once and then rendered.

    scan       where the tags stand             text -> pieces
    program    the values that all of it shares: instructions, tags, syntax problems
    grammar    what a tag may hold
    mustache   the language                     text -> Template (parse), text -> text (map_partials)
    uses       what a template asks for         Template -> uses, inclusions of partials
    scope      JSON Schemas as stacks of names
    resolve    uses against declared inputs     Template, schema -> problems, the inputs used
    infer      inputs that nobody declared      Templates -> schema, or why not
    rendering  what is run                      Template, partials -> Program, values -> text
    step       the parts of a Program           closures over texts and names
    context    what a place can see             frames of values, name -> value
    printing   what a value prints as           value -> text
    refusal    why there is no text             RenderError and its kinds

Lines and columns count from 0 inside the text; a document turns them into places in its file.
"""
