"""What a prompt asks a model: from artifacts and inputs to a request, with nothing read or sent.

    artifact      what is rendered from: digest form, metadata form, identity
    assembly      a prompt put together     artifact, lock -> Prompt
    prompt        what is rendered          what is given by name, Situation -> Request
    intake        what fills a prompt       pledge: its JSON Schemas; given: JSON of Python's values;
                                            conversation: messages as JSON
    script        what it says, in order    wording: its texts in their languages
    situation     who calls                 match: `when`; target, route: who is asked; parameters
    context       what of a conversation is sent
    tool          what the model may call
    answer        what a model answered, held to what the prompt promises
    attributes    a request in a trace: OpenTelemetry
    request       what comes out: messages, tools, response format, parameters, target, identity
    ways          which clients ask a model
    adapter       a request in the shape of an API, and what that cannot express; medium: where bytes are;
                  exacting: schemas that a model is held to
    openai        OpenAI's chat API         chat: its shape, which others share
    litellm       LiteLLM
    anthropic     Anthropic's messages API  turns: its conversation
    refusal       why nothing comes out

Nothing here imports more than the standard library before it is needed: a service starts with it.
"""
