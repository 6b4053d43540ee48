"""What a prompt asks a model: from artifacts and inputs to a request, with nothing read or sent.

    artifact   what is rendered from   digest form, metadata form, identity
    request    what comes out          messages, tools, response format, parameters, model, identity

Nothing here imports more than the standard library before it is needed: a service starts with it.
"""
