# R2: control goes to the starts of decoded instructions only.
CASE undecodable                        # TBV0002
        .byte   0x06
        ret
CASE branch_into_instruction            # TBV0002
        jmp     1f + 1
1:      movl    $0xc3c3c3c3, %eax
        ret
CASE call_into_instruction              # TBV0002
        call    1f + 2
1:      movl    $0xc3c3c3c3, %eax
        ret
CASE conditional_into_instruction       # TBV0002
        je      1f + 1
1:      movl    $0xc3c3c3c3, %eax
        ret
CASE branch_out_of_image                # TBV0002
        jmp     . + 0x1000000
CASE branch_to_data                     # TBV0002
        jmp     variable
CASE call_to_constants                  # TBV0002
        call    constants
        ret
