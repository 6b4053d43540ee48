from plmctl.cli import main

main()
