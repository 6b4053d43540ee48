"""A hello command, as Typer's own first page has it."""

import typer

program = typer.Typer(add_completion=False)


@program.command()
def main(name: str = "world") -> None:
    """Say hello."""
    print(f"Hello {name}")


program()
