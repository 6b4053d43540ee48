"""The rows of `hostile.md` in groups Y, U, S, P, G, L, O, and a test of each; files are below `tests/`."""

from collections.abc import Mapping

# How many rows each group has.
GROUPS: Mapping[str, int] = {"Y": 22, "U": 6, "S": 11, "P": 10, "G": 13, "L": 11, "O": 8}

# None: a row that has no test yet is named here.
WITHOUT: frozenset[str] = frozenset()

_YAML = "hostile/test_yaml_command.py::test_a_hostile_file_is_told_and_hides_nothing"
_CONTRACT = "hostile/test_contracts.py::test_a_hostile_contract_is_told_in_bounded_time_and_hides_nothing"
_HIDDEN = "hostile/test_hidden_text.py::test_over_a_hundred_samples_are_each_found_where_they_are"
_PLANTS = "hostile/test_plants.py::test_a_command_that_reads_starts_git_alone_and_connects_to_nothing"

ROWS: Mapping[str, str] = {
    **{f"Y{number:02}": _YAML for number in range(1, 23)},
    "U01": _HIDDEN,
    "U02": (
        "hostile/test_hidden_text.py::test_u02_what_is_written_from_right_to_left_may_turn_and_must_turn_back"
    ),
    "U03": _HIDDEN,
    "U04": "hostile/test_contracts.py::test_u04_a_key_that_only_looks_like_ours_is_told_by_its_code_point",
    "U05": _HIDDEN,
    "U06": "hostile/test_paths.py::test_names_that_fold_to_one_are_told",
    **{f"S{number:02}": _CONTRACT for number in range(1, 12)},
    "P01": "hostile/test_paths.py::test_no_field_names_what_is_outside_or_what_some_system_cannot_have",
    "P02": "hostile/test_paths.py::test_a_link_is_refused_as_a_manifest",
    "P03": "hostile/test_paths.py::test_a_submodule_is_refused",
    "P04": "hostile/test_paths.py::test_a_special_file_is_refused_and_never_waited_for",
    "P05": "hostile/test_paths.py::test_arguments_that_begin_with_a_dash_are_no_options_of_git",
    "P06": "hostile/test_paths.py::test_a_hostile_name_is_escaped_in_output",
    "P07": "hostile/test_paths.py::test_a_manifest_with_a_name_that_some_system_cannot_have_is_refused",
    "P08": "hostile/test_paths.py::test_names_that_fold_to_one_are_told",
    "P09": "hostile/test_paths.py::test_a_crafted_tree_is_not_read",
    "P10": "hostile/test_paths.py::test_a_file_that_changes_meanwhile_is_read_once",
    "G01": _PLANTS,
    "G02": _PLANTS,
    "G03": "hostile/test_plants.py::test_an_object_that_is_replaced_is_read_as_it_is",
    "G04": "acceptance/test_verify_faults.py::test_corrupt_object_is_told_with_its_id",
    "G05": "acceptance/test_verify_faults.py::test_an_object_in_the_place_of_another_is_told_with_its_id",
    "G06": "git/test_discovery.py::test_a_shallow_clone_says_so",
    "G07": "git/test_discovery.py::test_a_repository_of_another_user_is_refused",
    "G08": "hostile/test_attributes.py::test_attributes_change_no_digest_and_no_release",
    "G09": "acceptance/test_refused_release.py::test_release_with_a_problem_changes_nothing",
    "G10": "acceptance/test_places.py::test_read_commands_work_on_a_detached_head",
    "G11": "commands/test_status.py::test_a_clock_that_went_backwards_is_told",
    "G12": "cli/test_git_processes.py::test_each_question_is_asked_once",
    "G13": "hostile/test_confined.py::test_a_strangers_repository_is_only_read_and_nothing_else_is",
    "L01": "hostile/test_locks.py::test_a_lock_with_one_byte_changed_exits_4",
    "L02": "core/test_bundle.py::test_a_file_that_belongs_to_no_bundle_is_refused",
    "L03": "acceptance/test_verify_faults.py::test_moved_artifact_tag_is_found_with_both_ids",
    "L04": "commands/test_verify_signatures.py::test_a_good_signature_under_another_name_fails",
    "L05": "hostile/test_locks.py::test_a_tag_of_another_registry_is_none_of_this_one_s",
    "L06": (
        "commands/test_verify_signatures.py::test_a_release_that_nobody_signed_fails_where_its_commit_asks"
    ),
    "L07": "commands/test_verify_signatures.py::test_a_key_that_the_branch_of_releases_revoked_fails",
    "L08": "commands/test_verify_age.py::test_a_valid_lock_that_is_older_fails",
    "L09": "hostile/test_locks.py::test_files_of_two_releases_are_never_one_lock",
    "L10": "hostile/test_locks.py::test_where_ids_of_git_collide_sha256_decides",
    "L11": "hostile/test_locks.py::test_a_lock_that_is_cut_off_exits_4",
    "O01": "render/test_hostile_diff.py::test_text_hides_nothing_and_commands_nobody",
    "O02": "render/test_markup.py::test_a_text_is_no_markup_and_no_command",
    "O03": "render/test_hostile_diff.py::test_github_reads_our_annotations_and_no_other",
    "O04": "render/test_hostile_diff.py::test_a_comment_has_no_element_but_ours",
    "O05": "action/test_action.py::test_what_a_stranger_chooses_reaches_a_shell_through_the_environment_only",
    "O06": "cli/test_exit_codes.py::test_a_reader_who_left_ends_the_run_in_silence",
    "O07": "hostile/test_large_diff.py::test_what_is_cut_says_how_much",
    "O08": "cli/test_exit_codes.py::test_a_bug_exits_70_with_a_traceback_and_no_variables",
}
