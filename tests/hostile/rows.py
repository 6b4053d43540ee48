"""The rows of `hostile.md`, and a test of each that runs the real command; files are below `tests/`."""

from collections.abc import Mapping

# How many rows each group has.
GROUPS: Mapping[str, int] = {
    "Y": 22,
    "U": 6,
    "X": 2,
    "S": 11,
    "P": 10,
    "T": 10,
    "G": 13,
    "C": 7,
    "K": 8,
    "L": 11,
    "O": 8,
    "D": 7,
}

# None: a row that has no test yet is named here.
WITHOUT: frozenset[str] = frozenset()

_YAML = "hostile/test_yaml_command.py::test_a_hostile_file_is_told_and_hides_nothing"
_CONTRACT = "hostile/test_contracts.py::test_a_hostile_contract_is_told_in_bounded_time_and_hides_nothing"
_HIDDEN = "hostile/test_hidden_text.py::test_over_a_hundred_samples_are_each_found_where_they_are"
_TEMPLATE = "hostile/test_templates.py::test_hostile_templates_are_told_and_hide_nothing"
_GROWS = "hostile/test_templates.py::test_what_grows_is_not_rendered_and_a_value_with_tags_is_printed"
_LOCK = "hostile/test_lock_command.py::test_a_lock_that_was_changed_fails_by_its_name"
_SIGNED = (
    "hostile/test_lock_command.py::test_l04_l06_l07_only_a_signature_of_who_may_under_its_own_name_counts"
)
_LISTING = "hostile/test_listings.py::test_no_command_passes_on_what_commands_hides_or_draws"
_FORMATS = "hostile/test_diff_formats.py::test_no_format_of_the_real_command_is_taken_in"
_KILL = "faults/test_kills.py::test_nothing_is_half_and_the_next_run_finishes"
_RACE = "faults/test_races.py::test_one_of_four_wins_and_the_others_on_their_retry"
_CONFINED = "hostile/test_confined.py::test_a_strangers_repository_is_only_read_and_nothing_else_is"
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
    "X01": "hostile/test_secrets.py::test_of_217_secrets_in_31_formats_at_least_95_percent_are_found",
    "X02": "hostile/test_secrets.py::test_x02_what_is_told_of_a_secret_is_to_revoke_it",
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
    "G04": "hostile/test_git_states.py::test_g04_an_object_that_is_cut_off_or_empty_is_told_by_its_id",
    "G05": "hostile/test_git_states.py::test_g05_an_object_in_the_place_of_another_is_told_by_its_id",
    "G06": "hostile/test_git_states.py::test_g06_what_was_not_fetched_is_named_with_the_command",
    "G07": (
        "hostile/test_git_states.py::"
        "test_g07_a_repository_of_another_user_is_refused_and_one_that_is_read_only_is_read"
    ),
    "G08": "hostile/test_attributes.py::test_attributes_change_no_digest_and_no_release",
    "G09": "acceptance/test_refused_release.py::test_refusal_of_the_console_script_changes_nothing",
    "G10": "hostile/test_git_states.py::test_g10_in_every_state_of_a_repository_the_same_is_told",
    "G11": "hostile/test_git_states.py::test_g11_clocks_that_go_backwards_change_no_order",
    "G12": "hostile/test_git_states.py::test_g12_among_a_hundred_thousand_files_the_same_is_told",
    "G13": _CONFINED,
    **{f"T{number:02}": _TEMPLATE for number in range(1, 8)},
    "T08": (
        "hostile/test_templates.py::"
        "test_variables_that_nobody_declares_or_uses_partials_in_a_ring_and_what_grows_are_told"
    ),
    "T09": _GROWS,
    "T10": _GROWS,
    "C01": _RACE,
    "C02": _RACE,
    "C03": (
        "acceptance/test_pushed_release.py::test_loser_of_a_race_against_an_ordinary_push_pulls_and_releases"
    ),
    "C04": "acceptance/test_pushed_release.py::test_what_the_remote_declines_moves_nothing",
    "C05": "acceptance/test_pushed_release.py::test_remote_without_atomic_pushes_is_refused",
    "C06": "hostile/test_moving_ground.py::test_what_is_tagged_is_what_was_committed_and_valid",
    "C07": "acceptance/test_resumed_push.py::test_two_runs_in_one_clone_make_one_release",
    "K01": _KILL,
    "K02": "faults/test_sequences.py::test_no_sequence_loses_a_release",
    "K03": "faults/test_trace.py::test_a_process_that_strace_kills_leaves_nothing_half",
    "K04": "faults/test_wire.py::test_a_wire_that_breaks_leaves_nothing_half",
    "K05": "acceptance/test_pushed_release.py::test_a_lock_at_the_remote_is_named_and_the_next_run_finishes",
    "K06": "faults/test_disk.py::test_a_disk_that_takes_nothing_is_told_and_changes_nothing",
    "K07": "hostile/test_full_disk.py::test_k07_a_disk_that_is_full_after_the_push_is_a_warning",
    "K08": "faults/test_trace.py::test_all_that_a_command_makes_is_flushed_before_it_has_its_name",
    "L01": _LOCK,
    "L02": (
        "hostile/test_lock_command.py::"
        "test_l02_a_bundle_with_a_changed_a_missing_or_one_more_file_is_not_loaded"
    ),
    "L03": "hostile/test_lock_command.py::test_l03_a_tag_that_was_moved_or_deleted_is_told_with_both_ids",
    "L04": _SIGNED,
    "L05": "hostile/test_lock_command.py::test_l05_a_tag_of_another_registry_is_refused",
    "L06": _SIGNED,
    "L07": _SIGNED,
    "L08": "hostile/test_lock_command.py::test_l08_an_older_lock_fails_where_a_newer_one_was_seen",
    "L09": "hostile/test_lock_command.py::test_l09_files_of_two_releases_are_no_lock",
    # Nobody can make two contents with one id for a test: the tree is exchanged, and the rest is real.
    "L10": "hostile/test_locks.py::test_where_ids_of_git_collide_sha256_decides",
    "L11": _LOCK,
    "O01": _LISTING,
    "O02": _LISTING,
    "O03": _LISTING,
    "O04": _FORMATS,
    # The steps that write to CI's output files, and give no value of a stranger to a shell by itself.
    "O05": "action/test_action.py::test_what_a_stranger_chooses_reaches_a_shell_through_the_environment_only",
    "O06": "cli/test_exit_codes.py::test_a_reader_who_left_ends_the_run_in_silence",
    "O07": "hostile/test_large_diff.py::test_what_is_cut_says_how_much",
    "O08": "cli/test_exit_codes.py::test_a_bug_exits_70_with_a_traceback_and_no_variables",
    "D01": "hostile/test_data_command.py::test_d01_a_listing_that_leaves_its_folder_writes_nothing",
    "D02": "hostile/test_data_command.py::test_d02_data_is_not_pulled_through_a_link",
    "D03": "hostile/test_data_command.py::test_d03_a_pull_request_that_redirects_data_is_not_followed",
    "D04": "hostile/test_yaml_command.py::test_a_pointer_is_read_as_a_manifest_is",
    "D05": _CONFINED,
    "D06": "hostile/test_data_command.py::test_d06_bytes_that_somebody_exchanged_do_not_reach_the_work_tree",
    "D07": "house/test_security.py::test_nothing_that_is_shipped_pulls_the_data_of_a_pull_request",
}
