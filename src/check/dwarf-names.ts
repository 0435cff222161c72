/**
 * Names of the DWARF standard and of vendors' additions to it, as far as LLVM 16 to 22 know them.
 *
 * @see DWARF 5, "Encodings"
 */

function names(prefix: string, text: string): ReadonlySet<string> {
  return new Set(
    text
      .trim()
      .split(/\s+/)
      .map((word) => `${prefix}${word}`),
  );
}

export const TAGS = names(
  'DW_TAG_',
  `null array_type class_type entry_point enumeration_type formal_parameter imported_declaration label lexical_block
  member pointer_type reference_type compile_unit string_type structure_type subroutine_type typedef union_type
  unspecified_parameters variant common_block common_inclusion inheritance inlined_subroutine module
  ptr_to_member_type set_type subrange_type with_stmt access_declaration base_type catch_block const_type constant
  enumerator file_type friend namelist namelist_item packed_type subprogram template_type_parameter
  template_value_parameter thrown_type try_block variant_part variable volatile_type dwarf_procedure restrict_type
  interface_type namespace imported_module unspecified_type partial_unit imported_unit condition shared_type type_unit
  rvalue_reference_type template_alias coarray_type generic_subrange dynamic_type atomic_type call_site
  call_site_parameter skeleton_unit immutable_type MIPS_loop HP_array_descriptor format_label function_template
  class_template GNU_BINCL GNU_EINCL GNU_template_template_param GNU_template_parameter_pack
  GNU_formal_parameter_pack GNU_call_site GNU_call_site_parameter APPLE_property SUN_function_template
  SUN_class_template SUN_struct_template SUN_union_template SUN_indirect_inheritance SUN_codeflags SUN_memop_info
  SUN_omp_child_func SUN_rtti_descriptor SUN_dtor_info SUN_dtor SUN_f90_interface SUN_fortran_vax_structure SUN_hi
  LLVM_ptrauth_type ALTIUM_circ_type ALTIUM_mwa_circ_type ALTIUM_rev_carry_type ALTIUM_rom LLVM_annotation
  GHS_namespace GHS_using_namespace GHS_using_declaration GHS_template_templ_param UPC_shared_type UPC_strict_type
  UPC_relaxed PGI_kanji_type PGI_interface_block BORLAND_property BORLAND_Delphi_string
  BORLAND_Delphi_dynamic_array BORLAND_Delphi_set BORLAND_Delphi_variant`,
);

export const LANGUAGES = names(
  'DW_LANG_',
  `C89 C Ada83 C_plus_plus Cobol74 Cobol85 Fortran77 Fortran90 Pascal83 Modula2 Java C99 Ada95 Fortran95 PLI ObjC
  ObjC_plus_plus UPC D Python OpenCL Go Modula3 Haskell C_plus_plus_03 C_plus_plus_11 OCaml Rust C11 Swift Julia Dylan
  C_plus_plus_14 Fortran03 Fortran08 RenderScript BLISS Kotlin Zig Crystal C_plus_plus_17 C_plus_plus_20 C17 Fortran18
  Ada2005 Ada2012 HIP Assembly C_sharp Mojo GLSL GLSL_ES HLSL OpenCL_CPP CPP_for_OpenCL SYCL C_plus_plus_23 Odin P4
  Metal C23 Fortran23 Ruby Move Hylo V Algol68 Nim Erlang Elixir Gleam Mips_Assembler GOOGLE_RenderScript
  BORLAND_Delphi`,
);

export const ENCODINGS = names(
  'DW_ATE_',
  `address boolean complex_float float signed signed_char unsigned unsigned_char imaginary_float packed_decimal
  numeric_string edited signed_fixed unsigned_fixed decimal_float UTF UCS ASCII complex_signed complex_unsigned
  imaginary_signed imaginary_unsigned ALTIUM_fract ALTIUM_accum HP_complex_float HP_float128 HP_complex_float128
  HP_floathpintel HP_imaginary_float90 HP_imaginary_float128 SUN_imaginary_float`,
);

export const VIRTUALITIES = names('DW_VIRTUALITY_', 'none virtual pure_virtual');

export const MACROS = names('DW_MACINFO_', 'define undef start_file end_file vendor_ext');
